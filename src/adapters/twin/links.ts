import type { Address, Family } from '../../core/model/address.ts';
import type { OnLink } from './internet.ts';
import type { Layout, NodeLayout, SiteLayout } from './layout.ts';

// Every function here makes input for `ip -batch`.

/** A port of the switch with a cable into a namespace. */
export interface Cable {
  readonly port: string;
  readonly bridge: string;
  readonly namespace: string;
  /** What the far end is called. */
  readonly end: string;
  /** The far end's hardware address. A host keeps its own over a reboot, since its neighbours remember it. */
  readonly mac?: string;
}

export const INTERNET_BRIDGE = 'internet';

/** The bridges of the switch: the public network, and one LAN a site. */
export function bridges(layout: Layout): string {
  return lines([
    ...[INTERNET_BRIDGE, ...layout.sites.map((_, i) => lanBridge(i))].flatMap((bridge) => [
      // Without snooping: no querier runs here, and IPv6 neighbour discovery is multicast.
      `link add ${bridge} type bridge mcast_snooping 0`,
      `link set ${bridge} up`,
    ]),
    ...layout.nowhere.map((at) => addAddress(at, INTERNET_BRIDGE)),
  ]);
}

export function lanBridge(site: number): string {
  return `lan${site}`;
}

export function plugIn({ port, bridge, namespace, end, mac }: Cable): string {
  const address = mac === undefined ? '' : ` address ${mac}`;
  return lines([
    `link add ${port} type veth peer name ${end}${address} netns ${namespace}`,
    `link set ${port} master ${bridge} up`,
  ]);
}

/** The deployer knows the way to the hub's public address and to nothing else. */
export function deployerLinks({ deployer, internet }: Layout): string {
  return lines([
    'link set lo up',
    ...deployer.map(({ address }) => addAddress({ address, prefix: undefined }, 'eth0')),
    'link set eth0 up',
    ...internet.hubAddresses.map(({ text }) => `route add ${text} dev eth0`),
  ]);
}

export function siteLinks(site: SiteLayout, { internet, nowhere }: Layout): string {
  return lines([
    'link set lo up',
    ...site.gateways.map((at) => addAddress(at, 'lan0')),
    ...site.outside.map((at) => addAddress(at, 'wan0')),
    'link set lan0 up',
    'link set wan0 up',
    `route add ${internet.hub.text} dev wan0`,
    ...nowhere.map(({ address }) => `route add ${everything(address.family)} via ${address.text} dev wan0`),
  ]);
}

export function hubLinks({ internet, nowhere }: Layout): string {
  const own = new Set(internet.hubAddresses.map(({ family }) => family));
  return lines([
    'link set lo up',
    ...internet.hubAddresses.map((address) => addAddress({ address, prefix: undefined }, 'eth0')),
    'link set eth0 up',
    ...[...internet.outside.values()]
      .filter(({ family }) => own.has(family))
      .map(({ text }) => `route add ${text} dev eth0`),
    ...nowhere
      .filter(({ address }) => own.has(address.family))
      .map(({ address }) => `route add ${everything(address.family)} via ${address.text} dev eth0`),
  ]);
}

/** The pod's end of a node: its link, made from its side, and its way out. */
export function podLinks(node: NodeLayout): string {
  return lines([
    'link set lo up',
    `link add eth0 type veth peer name pod0 netns ${node.namespace}`,
    ...node.pods.map(({ pod, slice }) => addAddress({ address: pod, prefix: slice }, 'eth0')),
    'link set eth0 up',
    ...node.pods.map(({ gateway }) => `route add ${everything(gateway.family)} via ${gateway.text} dev eth0`),
  ]);
}

/** A node's LAN, its way out, its pods' bridge, and the way to the other nodes' pods, as a CNI in host-gateway mode sets it. */
export function nodeLinks(node: NodeLayout, site: SiteLayout): string {
  const others = site.nodes.filter((other) => other !== node);
  return lines([
    'link set lo up',
    ...node.lan.map((at) => addAddress(at, 'eth0')),
    'link set eth0 up',
    ...defaultRoutes(node, site),
    ...(node.pods.length > 0 ? ['link add cni0 type bridge', 'link set pod0 master cni0 up'] : []),
    ...node.pods.map(({ gateway, slice }) => addAddress({ address: gateway, prefix: slice }, 'cni0')),
    ...(node.pods.length > 0 ? ['link set cni0 up'] : []),
    ...others.flatMap((other) =>
      other.pods.flatMap(({ slice }) => hostGateway(other, slice.text, slice.family)),
    ),
  ]);
}

function defaultRoutes(node: NodeLayout, site: SiteLayout): string[] {
  return ([4, 6] as const).flatMap((family) => {
    const own = node.lan.filter(({ address }) => address.family === family);
    const gateway = site.gateways.find(({ prefix }) => own.some((at) => at.prefix === prefix));
    return gateway ? [`route add ${everything(family)} via ${gateway.address.text} dev eth0`] : [];
  });
}

// Nodes of one site share a LAN even where they are in two subnets: so the next hop is on-link whatever its address is.
function hostGateway(other: NodeLayout, slice: string, family: Family): string[] {
  const via = other.addresses.find((address) => address.family === family);
  return via ? [`route add ${slice} via ${via.text} dev eth0 onlink proto static`] : [];
}

function addAddress(
  { address, prefix }: { address: Address; prefix: OnLink['prefix'] | undefined },
  device: string,
): string {
  const length = prefix?.length ?? (address.family === 4 ? 32 : 128);
  // Nobody else can have it: without duplicate detection it is usable at once.
  return `address add ${address.text}/${length} dev ${device}${address.family === 6 ? ' nodad' : ''}`;
}

function everything(family: Family): string {
  return family === 4 ? '0.0.0.0/0' : '::/0';
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
