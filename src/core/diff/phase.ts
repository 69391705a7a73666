import { compareAddress, comparePrefix, type Prefix } from '../model/address.ts';
import { chainKey, compareChains } from '../model/firewall.ts';
import {
  compareRoutes,
  type Chain,
  type HostState,
  type Peer,
  type RouteGroup,
  type WireguardState,
} from '../model/host-state.ts';
import { compareText } from '../model/name.ts';
import type { Phase } from './order.ts';

/**
 * What a host holds after an activation in a phase, as the script on it does it (docs/host.md): `expand` adds and lets everything
 * stay where it is, `switch` also moves, and only `whole` removes. Undefined before: nothing of Kuiil is there yet.
 */
export function during(before: HostState | undefined, after: HostState, phase: Phase): HostState {
  if (!before || phase === 'whole') return after;
  const { host } = after;
  const tunnel = duringTunnel(before.wireguard, after.wireguard, phase);
  // Until an interface of another name is there, nothing can be routed into it.
  const isUp = tunnel?.interface === after.wireguard?.interface;
  const routes = isUp ? after.routes : after.routes.filter((group) => group.via);
  // With the interface that goes, the kernel drops the routes into it.
  const isGone = before.wireguard && before.wireguard.interface !== tunnel?.interface;
  const kept = isGone ? before.routes.filter((group) => group.via) : before.routes;
  return {
    host,
    ...(tunnel ? { wireguard: tunnel } : {}),
    forwarding: ([4, 6] as const).filter((family) =>
      [...before.forwarding, ...after.forwarding].includes(family),
    ),
    routes: duringRoutes(kept, routes, phase),
    chains: duringChains(before.chains, after.chains),
  };
}

function duringTunnel(
  before: WireguardState | undefined,
  after: WireguardState | undefined,
  phase: Phase,
): WireguardState | undefined {
  if (!before || !after) return before ?? after;
  const isRenamed = before.interface !== after.interface;
  if (isRenamed) return phase === 'expand' ? before : after;
  const addresses = [
    ...before.addresses,
    ...after.addresses.filter((each) => !before.addresses.some((old) => compareAddress(old, each) === 0)),
  ];
  return {
    ...(phase === 'expand' ? before : after),
    addresses: addresses.toSorted(compareAddress),
    peers: duringPeers(before.peers, after.peers, phase),
  };
}

/** A prefix that two peers want stays with the one that has it, until the switch gives it to the other. */
function duringPeers(before: readonly Peer[], after: readonly Peer[], phase: Phase): readonly Peer[] {
  const wanted = holders(after);
  const had = holders(before);
  const keys = [...new Set([...before, ...after].map(({ publicKey }) => publicKey))];
  const peers = keys.map((key): Peer => {
    const was = before.find(({ publicKey }) => publicKey === key);
    const is = after.find(({ publicKey }) => publicKey === key);
    const kept = (was?.allowedIPs ?? []).filter(
      ({ text }) => phase === 'expand' || !wanted.has(text) || wanted.get(text) === key,
    );
    const there = new Set(kept.map(({ text }) => text));
    const gained = (is?.allowedIPs ?? []).filter(
      ({ text }) => !there.has(text) && (phase !== 'expand' || !had.has(text)),
    );
    const settings = phase === 'expand' ? (was ?? is!) : (is ?? was!);
    return { ...settings, allowedIPs: [...kept, ...gained].toSorted(comparePrefix) };
  });
  return peers.toSorted((a, b) => compareText(a.name, b.name));
}

function holders(peers: readonly Peer[]): ReadonlyMap<string, string> {
  return new Map(peers.flatMap((peer) => peer.allowedIPs.map(({ text }) => [text, peer.publicKey] as const)));
}

function duringRoutes(
  before: readonly RouteGroup[],
  after: readonly RouteGroup[],
  phase: Phase,
): readonly RouteGroup[] {
  const [first, second] = phase === 'expand' ? [before, after] : [after, before];
  const taken = new Set(first.flatMap((group) => group.destinations.map(({ text }) => text)));
  const merged = first.map((group) => {
    const other = second.find((each) => compareRoutes(each, group) === 0);
    return other ? withMore(group, rest(other, taken)) : group;
  });
  const others = second
    .filter((group) => !first.some((each) => compareRoutes(each, group) === 0))
    .map((group) => withMore({ ...group, destinations: [] }, rest(group, taken)))
    .filter((group) => group.destinations.length > 0);
  return [...merged, ...others].toSorted(compareRoutes);
}

function rest(group: RouteGroup, taken: ReadonlySet<string>): readonly Prefix[] {
  return group.destinations.filter(({ text }) => !taken.has(text));
}

/** The same object where nothing comes: the nodes of a cluster share it. */
function withMore(group: RouteGroup, more: readonly Prefix[]): RouteGroup {
  if (more.length === 0) return group;
  return { ...group, destinations: [...group.destinations, ...more].toSorted(comparePrefix) };
}

function duringChains(before: readonly Chain[], after: readonly Chain[]): readonly Chain[] {
  const old = new Map(before.map((chain) => [chainKey(chain), chain]));
  const fresh = new Map(after.map((chain) => [chainKey(chain), chain]));
  const keys = [...new Set([...fresh.keys(), ...old.keys()])];
  const chains = keys.map((key): Chain => {
    const [was, is] = [old.get(key), fresh.get(key)];
    if (!was || !is) return (is ?? was)!;
    const texts = new Set(is.rules.map((rule) => JSON.stringify(rule)));
    return { ...is, rules: [...is.rules, ...was.rules.filter((rule) => !texts.has(JSON.stringify(rule)))] };
  });
  return chains.toSorted(compareChains);
}
