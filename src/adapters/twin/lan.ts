import { containsAddress, type Address, type Prefix } from '../../core/model/address.ts';
import type { HostName } from '../../core/model/name.ts';
import type { Cluster, Node } from '../../core/model/topology.ts';
import { addressAt, type Internet, type OnLink } from './internet.ts';
import { rangesOf } from './pods.ts';

/** The addresses on one site's LAN. */
export interface Lan {
  /** The NAT router's: one in each subnet. */
  readonly gateways: readonly OnLink[];
  readonly addresses: ReadonlyMap<HostName, readonly OnLink[]>;
}

/**
 * Every node at its declared address, the NAT router at the last one in each subnet that no node has. A node that could not
 * dial the hub from there gets one more address from the underlay: a tunnel for IPv6 may well be dialled over IPv4.
 */
export function layOutLan(cluster: Cluster, internet: Internet): Lan {
  const subnets = ([4, 6] as const).flatMap((family) => rangesOf(cluster, 'nodes', family));
  const taken = new Set(cluster.nodes.flatMap((node) => node.addresses.map((address) => address.value.text)));
  const gateways = subnets.flatMap((prefix) => {
    const address = lastFree(prefix, taken);
    return address ? [{ address, prefix }] : [];
  });
  const { underlay, family } = internet;
  const needsUnderlay = (node: Node) =>
    !gateways.some(({ prefix }) => {
      return (
        prefix.family === family && node.addresses.some((address) => containsAddress(prefix, address.value))
      );
    });
  const addresses = cluster.nodes.map((node, i): [HostName, readonly OnLink[]] => {
    const declared = node.addresses.map(({ value }) => onLink(value, subnets));
    const extra = needsUnderlay(node) ? [{ address: addressAt(underlay, 2 + i), prefix: underlay }] : [];
    return [node.name, [...declared, ...extra]];
  });
  const extra = cluster.nodes.some(needsUnderlay)
    ? [{ address: addressAt(underlay, 1), prefix: underlay }]
    : [];
  return { gateways: [...gateways, ...extra], addresses: new Map(addresses) };
}

function onLink(address: Address, subnets: readonly Prefix[]): OnLink {
  const prefix = subnets.find((subnet) => containsAddress(subnet, address));
  // Validation refuses such a topology.
  if (!prefix) throw new Error(`${address.text} is in no subnet of its cluster`);
  return { address, prefix };
}

export function lastFree(subnet: Prefix, taken: ReadonlySet<string>): Address | undefined {
  // IPv4 keeps its last address for broadcasts.
  let offset = subnet.end - subnet.start - (subnet.family === 4 ? 1n : 0n);
  while (offset > 0n && taken.has(addressAt(subnet, offset).text)) offset--;
  return offset > 0n ? addressAt(subnet, offset) : undefined;
}
