import { lastFree } from '../../src/adapters/twin/lan.ts';
import { lanBridge, plugIn } from '../../src/adapters/twin/links.ts';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { must } from '../../src/adapters/twin/run.ts';
import type { Topology } from '../../src/core/model/topology.ts';

/** Plugs the deployer into every site's LAN, as if it sat in each of them: it then dials nodes at the addresses they declare. */
export async function joinLans(topology: Topology, network: TwinNetwork): Promise<void> {
  const cables = topology.clusters.map((_, i) =>
    plugIn({ port: `d${i}`, bridge: lanBridge(i), namespace: network.deployerNamespace, end: `lan${i}` }),
  );
  const addresses = topology.clusters.flatMap((cluster, i) => [
    ...cluster.ranges
      .filter((range) => range.kind === 'nodes')
      .map(({ prefix }) => {
        const taken = cluster.nodes.flatMap((node) => node.addresses.map(({ value }) => value.text));
        // The last one is the NAT router's.
        const gateway = lastFree(prefix, new Set(taken));
        const ours = lastFree(prefix, new Set([...taken, ...(gateway ? [gateway.text] : [])]));
        if (!ours) throw new Error(`no address is left for the deployer in ${prefix.text}`);
        return `address add ${ours.text}/${prefix.length} dev lan${i}${prefix.family === 6 ? ' nodad' : ''}\n`;
      }),
    `link set lan${i} up\n`,
  ]);
  await must(['ip', '-n', `${network.id}.switch`, '-batch', '-'], { stdin: cables.join('') });
  await must(['ip', '-n', network.deployerNamespace, '-batch', '-'], { stdin: addresses.join('') });
}
