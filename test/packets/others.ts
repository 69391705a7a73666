import { addressAt, type OnLink } from '../../src/adapters/twin/internet.ts';
import type { Layout, SiteLayout } from '../../src/adapters/twin/layout.ts';
import { lanBridge, plugIn, type Cable } from '../../src/adapters/twin/links.ts';
import { rangesOf } from '../../src/adapters/twin/pods.ts';
import { must } from '../../src/adapters/twin/run.ts';
import type { Prefix } from '../../src/core/model/address.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { activeRouter } from '../../src/core/model/topology.ts';

/** A device in one of a cluster's other ranges, on the LAN of its nodes. */
export interface OtherDevice {
  /** Its way to other clusters: the active router. */
  readonly behind: HostName;
  readonly cable: Cable;
  /** At most one a family. */
  readonly addresses: readonly OnLink[];
  /** Input for `ip -batch` in its namespace. */
  readonly links: string;
}

export function otherDevices({ id, topology, sites }: Layout): readonly OtherDevice[] {
  return topology.clusters.flatMap((cluster, i) => {
    const ranges = ([4, 6] as const).flatMap((family) => rangesOf(cluster, 'other', family).slice(0, 1));
    if (ranges.length === 0) return [];
    const addresses = ranges.map((prefix) => ({ address: addressAt(prefix, 2), prefix }));
    const namespace = `${id}.other.${cluster.name}`;
    const behind = activeRouter(cluster)!.name;
    const cable = { port: `o${i}`, bridge: lanBridge(i), namespace, end: 'eth0' };
    return [{ behind, cable, addresses, links: deviceLinks(addresses, behind, sites[i]!) }];
  });
}

/** Lays their cables and configures them. */
export async function plugInOthers(
  { switchNamespace }: Layout,
  others: readonly OtherDevice[],
): Promise<void> {
  const batch = (namespace: string, stdin: string) => must(['ip', '-n', namespace, '-batch', '-'], { stdin });
  const names = others.map(({ cable }) => `netns add ${cable.namespace}\n`);
  await must(['ip', '-batch', '-'], { stdin: names.join('') });
  await batch(switchNamespace, others.map(({ cable }) => plugIn(cable)).join(''));
  for (const { cable, links } of others) await batch(cable.namespace, links);
}

/** The routes by which a node of a site finds them: input for `ip -batch`. */
export function routesToOthers(others: readonly OtherDevice[], { nodes }: SiteLayout): string {
  return others
    .filter(({ behind }) => nodes.some(({ host }) => host === behind))
    .flatMap(({ addresses }) => addresses.map(({ prefix }) => onLan(prefix)))
    .join('');
}

function deviceLinks(addresses: readonly OnLink[], behind: HostName, { nodes }: SiteLayout): string {
  const families = addresses.map(({ prefix }) => prefix.family);
  const lan = nodes.flatMap((node) => node.lan.map(({ prefix }) => prefix));
  const near = [...new Set(lan)].filter(({ family }) => families.includes(family));
  const router = nodes.find(({ host }) => host === behind)!;
  const hops = router.addresses.filter(({ family }) => families.includes(family));
  return [
    'link set lo up\n',
    ...addresses.map(({ address, prefix }) => {
      return `address add ${address.text}/${prefix.length} dev eth0${address.family === 6 ? ' nodad' : ''}\n`;
    }),
    'link set eth0 up\n',
    ...near.map(onLan),
    ...hops.map(
      ({ family, text }) => `route add ${family === 4 ? '0.0.0.0/0' : '::/0'} via ${text} dev eth0\n`,
    ),
  ].join('');
}

function onLan({ text }: Prefix): string {
  return `route add ${text} dev eth0 proto static\n`;
}
