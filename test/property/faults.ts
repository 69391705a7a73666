import fc from 'fast-check';
import { comparePrefix, isPrefix, parsePrefix, type Prefix } from '../../src/core/model/address.ts';
import type { Fleet, HostState, Peer, RouteGroup } from '../../src/core/model/host-state.ts';
import type { HostName } from '../../src/core/model/name.ts';

/** A fault put into one host's state, chosen by numbers so that it can be shrunk and printed. */
export interface FaultChoice {
  readonly host: number;
  readonly kind: (typeof KINDS)[number];
  readonly which: number;
  readonly other: number;
}

const KINDS = [
  'route-missing',
  'route-narrower',
  'next-hop-wrong',
  'allowed-missing',
  'allowed-moved',
  'allowed-narrower',
  'rule-missing',
  'forwarding-off',
  'peer-missing',
  'address-missing',
  'mtu-larger',
  'state-missing',
] as const;

export const faultChoices: fc.Arbitrary<readonly FaultChoice[]> = fc.array(
  fc.record({
    host: fc.nat(1000),
    kind: fc.constantFrom(...KINDS),
    which: fc.nat(1000),
    other: fc.nat(1000),
  }),
  { maxLength: 3 },
);

/** The fleet with these faults; one that does not apply to its host changes nothing. */
export function withFaults(fleet: Fleet, choices: readonly FaultChoice[]): Fleet {
  const faulty = new Map<HostName, HostState>(fleet);
  for (const choice of choices) {
    const names = [...faulty.keys()];
    const name = names[choice.host % names.length];
    const state = name && faulty.get(name);
    if (!name || !state) continue;
    if (choice.kind === 'state-missing') faulty.delete(name);
    else faulty.set(name, damage(state, choice));
  }
  return faulty;
}

function damage(state: HostState, { kind, which, other }: FaultChoice): HostState {
  switch (kind) {
    case 'route-missing':
      return mapRoutes(state, which, (list, at) => without(list, at));
    case 'route-narrower':
      return mapRoutes(state, which, (list, at) => narrower(list, at, other));
    case 'next-hop-wrong':
      return { ...state, routes: state.routes.map((group) => (group.via ? wrongHop(group, other) : group)) };
    case 'allowed-missing':
      return mapPeer(state, which, (list) => without(list, other));
    case 'allowed-narrower':
      return mapPeer(state, which, (list) => narrower(list, other, which));
    case 'allowed-moved':
      return moved(state, which, other);
    case 'rule-missing':
      return {
        ...state,
        chains: state.chains.map((chain, i) =>
          i === which % state.chains.length ? { ...chain, rules: without(chain.rules, other) } : chain,
        ),
      };
    case 'forwarding-off':
      return { ...state, forwarding: without(state.forwarding, which) };
    case 'peer-missing':
      return mapWireguard(state, (wireguard) => ({ ...wireguard, peers: without(wireguard.peers, which) }));
    case 'address-missing':
      return mapWireguard(state, (wireguard) => ({
        ...wireguard,
        addresses: without(wireguard.addresses, which),
      }));
    case 'mtu-larger':
      return mapWireguard(state, (wireguard) => ({ ...wireguard, mtu: wireguard.mtu + 1 + (other % 100) }));
    default:
      return state;
  }
}

type Wireguard = NonNullable<HostState['wireguard']>;

function mapWireguard(state: HostState, change: (wireguard: Wireguard) => Wireguard): HostState {
  return state.wireguard ? { ...state, wireguard: change(state.wireguard) } : state;
}

function mapPeer(
  state: HostState,
  which: number,
  change: (list: readonly Prefix[]) => readonly Prefix[],
): HostState {
  return mapWireguard(state, (wireguard) => ({
    ...wireguard,
    peers: wireguard.peers.map((peer, i): Peer =>
      i === which % wireguard.peers.length ? { ...peer, allowedIPs: change(peer.allowedIPs) } : peer,
    ),
  }));
}

function mapRoutes(
  state: HostState,
  which: number,
  change: (list: readonly Prefix[], at: number) => readonly Prefix[],
): HostState {
  const total = state.routes.reduce((sum, group) => sum + group.destinations.length, 0);
  let at = total === 0 ? -1 : which % total;
  const routes = state.routes.map((group): RouteGroup => {
    const size = group.destinations.length;
    const changed = at >= 0 && at < size ? { ...group, destinations: change(group.destinations, at) } : group;
    at -= size;
    return changed;
  });
  return { ...state, routes: routes.filter((group) => group.destinations.length > 0) };
}

/** One entry of AllowedIPs goes to the next peer. */
function moved(state: HostState, which: number, other: number): HostState {
  return mapWireguard(state, (wireguard) => {
    const size = wireguard.peers.length;
    const from = wireguard.peers[which % Math.max(1, size)];
    const prefix = from?.allowedIPs[other % Math.max(1, from.allowedIPs.length)];
    if (!prefix || size < 2) return wireguard;
    const to = wireguard.peers[(which + 1) % size];
    const peers = wireguard.peers.map((peer) => {
      if (peer === from) return { ...peer, allowedIPs: peer.allowedIPs.filter((each) => each !== prefix) };
      return peer === to
        ? { ...peer, allowedIPs: [...peer.allowedIPs, prefix].toSorted(comparePrefix) }
        : peer;
    });
    return { ...wireguard, peers };
  });
}

function wrongHop(group: RouteGroup, other: number): RouteGroup {
  const { family, value, text } = group.via!;
  const delta = BigInt(1 + (other % 3));
  const last = Number(text.slice(text.lastIndexOf(family === 4 ? '.' : ':') + 1)) + Number(delta);
  const head = text.slice(0, text.lastIndexOf(family === 4 ? '.' : ':') + 1);
  return { ...group, via: { family, value: value + delta, text: `${head}${last}` } };
}

function without<T>(list: readonly T[], which: number): readonly T[] {
  return list.filter((_, i) => i !== which % list.length);
}

/** The second half of an entry in its place, or the entry and a more specific one of another. */
function narrower(list: readonly Prefix[], at: number, other: number): readonly Prefix[] {
  const prefix = list[at % Math.max(1, list.length)];
  if (!prefix || prefix.text.endsWith(prefix.family === 4 ? '/32' : '/128')) return list;
  const length = prefix.length + 1 + (other % 2);
  const half = parsePrefix(`${prefix.text.split('/')[0]}/${length}`);
  if (!isPrefix(half)) return list;
  const rest = other % 3 === 0 ? list.filter((each) => each !== prefix) : list;
  return [...rest, half].toSorted(comparePrefix);
}
