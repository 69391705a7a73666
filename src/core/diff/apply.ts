import { compareAddress, comparePrefix } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import { chainKey, compareChains } from '../model/firewall.ts';
import {
  compareRoutes,
  type HostState,
  type Peer,
  type RouteGroup,
  type WireguardState,
} from '../model/host-state.ts';
import { compareHosts } from '../model/name.ts';

/** Carries changes out on a state: `apply(before, diff(before, after))` is `after`, in whatever order they come. */
export function apply(before: HostState, changes: readonly Change[]): HostState {
  return changes.toSorted((a, b) => rank(a) - rank(b)).reduce(applyOne, before);
}

/** Removes come first here, so that a thing which is replaced is not removed after its successor was added. */
function rank(change: Change): number {
  return change.kind.endsWith('-removed') ? 0 : change.kind === 'interface-added' ? 1 : 2;
}

function applyOne(state: HostState, change: Change): HostState {
  switch (change.kind) {
    case 'interface-added':
      return { ...state, wireguard: { ...change.after, addresses: [], peers: [] } };
    case 'interface-removed': {
      const { wireguard: _gone, ...rest } = state;
      return rest;
    }
    case 'route-added':
    case 'route-removed':
      return { ...state, routes: applyRoute(state.routes, change) };
    case 'forwarding-on':
      return { ...state, forwarding: [...state.forwarding, change.family].sort((a, b) => a - b) };
    case 'forwarding-released':
      return { ...state, forwarding: state.forwarding.filter((family) => family !== change.family) };
    case 'chain-changed': {
      const key = chainKey((change.after ?? change.before)!);
      const others = state.chains.filter((chain) => chainKey(chain) !== key);
      return { ...state, chains: [...others, ...(change.after ? [change.after] : [])].sort(compareChains) };
    }
    default:
      return state.wireguard ? { ...state, wireguard: applyToInterface(state.wireguard, change) } : state;
  }
}

function applyToInterface(wireguard: WireguardState, change: Change): WireguardState {
  switch (change.kind) {
    case 'interface-renamed':
      return { ...wireguard, interface: change.after };
    case 'public-key-changed':
      return { ...wireguard, publicKey: change.after };
    case 'port-changed':
      return { ...wireguard, port: change.after };
    case 'mtu-changed':
      return { ...wireguard, mtu: change.after };
    case 'address-added':
      return { ...wireguard, addresses: [...wireguard.addresses, change.address].sort(compareAddress) };
    case 'address-removed': {
      const addresses = wireguard.addresses.filter(
        (address) => compareAddress(address, change.address) !== 0,
      );
      return { ...wireguard, addresses };
    }
    case 'peer-added':
      return { ...wireguard, peers: withPeer(wireguard.peers, change.peer) };
    case 'peer-changed':
      return { ...wireguard, peers: withPeer(wireguard.peers, change.after) };
    case 'peer-removed':
      return {
        ...wireguard,
        peers: wireguard.peers.filter((peer) => peer.publicKey !== change.peer.publicKey),
      };
    default:
      return wireguard;
  }
}

function withPeer(peers: readonly Peer[], peer: Peer): readonly Peer[] {
  const others = peers.filter((each) => each.publicKey !== peer.publicKey);
  return [...others, peer].sort((a, b) => compareHosts(a.name, b.name));
}

type RouteChange = Extract<Change, { kind: 'route-added' | 'route-removed' }>;

function applyRoute(
  groups: readonly RouteGroup[],
  { kind, destination, group }: RouteChange,
): readonly RouteGroup[] {
  const old = groups.find((each) => compareRoutes(each, { ...group, destinations: [] }) === 0);
  const others = groups.filter((each) => each !== old);
  const kept = (old?.destinations ?? []).filter((prefix) => comparePrefix(prefix, destination) !== 0);
  const destinations = kind === 'route-added' ? [...kept, destination].sort(comparePrefix) : kept;
  return (destinations.length > 0 ? [...others, { ...group, destinations }] : others).toSorted(compareRoutes);
}
