import {
  containsAddress,
  formatAddress,
  isPrefix,
  overlaps,
  parseAddress,
  parsePrefix,
  type Address,
  type Family,
  type Prefix,
} from '../../core/model/address.ts';
import type { Topology } from '../../core/model/topology.ts';

/** An address as it stands on an interface: with the block that is on-link there. */
export interface OnLink {
  readonly address: Address;
  readonly prefix: Prefix;
}

/** The public network that all sites share, in blocks that the topology does not use. */
export interface Internet {
  /** The hub's address as the clusters dial it. */
  readonly hub: Address;
  /** Where the deployer reaches the hub: there, and at the address that the topology gives for SSH. */
  readonly hubAddresses: readonly Address[];
  /** The family in which the clusters dial the hub. */
  readonly family: Family;
  /** The families of the public network: the hub's, and IPv6 where a cluster has it. */
  readonly families: readonly Family[];
  readonly outside: ReadonlyMap<Family, Prefix>;
  /** For nodes without an address of the hub's family: sites are private, so the same block serves them all. */
  readonly underlay: Prefix;
}

// Benchmarking (RFC 2544), carrier-grade NAT (RFC 6598) and documentation (RFC 3849) blocks: not on any real internet,
// so a topology rarely declares them.
const OUTSIDE = { 4: ['198.18.0.0/16', '100.64.0.0/16'], 6: ['2001:db8:6b75::/64', 'fd6b:7569:696c:1::/64'] };
const UNDERLAY = {
  4: ['198.19.0.0/16', '100.65.0.0/16'],
  6: ['2001:db8:6b76::/64', 'fd6b:7569:696c:2::/64'],
};
// Where the endpoint is a DNS name: documentation addresses (RFC 5737).
const NAMED_HUB = ['203.0.113.1', '198.51.100.1', '192.0.2.1'];

export function layOutInternet(topology: Topology): Internet {
  const declared = declaredRanges(topology);
  const isFree = (address: Address) => !declared.some((range) => containsAddress(range, address));
  const hub = topology.hub.endpoint.address ?? NAMED_HUB.map((text) => parseAddress(text)!).find(isFree);
  if (!hub) throw new Error('every documentation address lies in a range of the topology');
  const choose = (candidates: readonly string[]) => {
    const free = candidates.map(knownPrefix).find((block) => {
      return !containsAddress(block, hub) && !declared.some((range) => overlaps(range, block));
    });
    if (!free) throw new Error(`the topology uses every one of ${candidates.join(', ')}`);
    return free;
  };
  const ssh = parseAddress(topology.hub.ssh.host ?? hub.text);
  const hubAddresses = ssh && ssh.text !== hub.text ? [hub, ssh] : [hub];
  const families = ([4, 6] as const).filter((family) =>
    [...hubAddresses, ...declared].some((address) => address.family === family),
  );
  return {
    hub,
    hubAddresses,
    family: hub.family,
    families,
    outside: new Map(families.map((family) => [family, choose(OUTSIDE[family])])),
    underlay: choose(UNDERLAY[hub.family]),
  };
}

/** The address that is `offset` into a block. */
export function addressAt(block: Prefix, offset: number | bigint): Address {
  const value = block.start + BigInt(offset);
  return { family: block.family, value, text: formatAddress(block.family, value) };
}

/** A participant's addresses on the public network, one a family. */
export function outsideAddresses(internet: Internet, offset: number): readonly OnLink[] {
  return [...internet.outside.values()].map((prefix) => ({ address: addressAt(prefix, offset), prefix }));
}

function declaredRanges(topology: Topology): readonly Prefix[] {
  const clusters = topology.clusters.flatMap((cluster) => cluster.ranges.map((range) => range.prefix));
  return [...clusters, ...topology.wireguard.subnets.map((subnet) => subnet.value)];
}

function knownPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (!isPrefix(prefix)) throw new Error(`${text} is no prefix`);
  return prefix;
}
