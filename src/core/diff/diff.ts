import { compareAddress, comparePrefix, type Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import { chainKey } from '../model/firewall.ts';
import type { HostState, Peer, WireguardState } from '../model/host-state.ts';
import { diffRoutes } from './routes.ts';

/**
 * What turns `before` into `after`. Undefined on either side: the host was, or will be, without Kuiil. Sorted by
 * kind of thing (interface, addresses, peers, forwarding, rules, routes), then as the states themselves are.
 */
export function diff(before: HostState | undefined, after: HostState | undefined): readonly Change[] {
  if (before === after) return [];
  return [
    ...diffInterface(before?.wireguard, after?.wireguard),
    ...diffForwarding(before, after),
    ...diffChains(before, after),
    ...diffRoutes(before?.routes ?? [], after?.routes ?? []),
  ];
}

function diffInterface(
  before: WireguardState | undefined,
  after: WireguardState | undefined,
): readonly Change[] {
  if (before === after) return [];
  return [
    ...diffSettings(before, after),
    ...diffAddresses(before?.addresses ?? [], after?.addresses ?? []),
    ...diffPeers(before?.peers ?? [], after?.peers ?? []),
  ];
}

function diffSettings(
  before: WireguardState | undefined,
  after: WireguardState | undefined,
): readonly Change[] {
  if (!before) return after ? [{ kind: 'interface-added', after: settings(after) }] : [];
  if (!after) return [{ kind: 'interface-removed', before: settings(before) }];
  const changes: Change[] = [];
  if (before.interface !== after.interface)
    changes.push({ kind: 'interface-renamed', before: before.interface, after: after.interface });
  if (before.publicKey !== after.publicKey)
    changes.push({ kind: 'public-key-changed', before: before.publicKey, after: after.publicKey });
  if (before.port !== after.port)
    changes.push({ kind: 'port-changed', before: before.port, after: after.port });
  if (before.mtu !== after.mtu) changes.push({ kind: 'mtu-changed', before: before.mtu, after: after.mtu });
  return changes;
}

function settings({ interface: name, publicKey, port, mtu }: WireguardState) {
  return { interface: name, publicKey, port, mtu };
}

function diffAddresses(before: readonly Address[], after: readonly Address[]): readonly Change[] {
  const without = (list: readonly Address[], others: readonly Address[]) =>
    list.filter((address) => !others.some((other) => compareAddress(address, other) === 0));
  return [
    ...without(after, before).map((address): Change => ({ kind: 'address-added', address })),
    ...without(before, after).map((address): Change => ({ kind: 'address-removed', address })),
  ];
}

/** A peer is its public key: another key is another peer. */
function diffPeers(before: readonly Peer[], after: readonly Peer[]): readonly Change[] {
  const old = new Map(before.map((peer) => [peer.publicKey, peer]));
  const kept = new Set(after.map((peer) => peer.publicKey));
  const changed = after.flatMap((peer): Change[] => {
    const was = old.get(peer.publicKey);
    if (!was) return [{ kind: 'peer-added', peer }];
    return samePeer(was, peer) ? [] : [{ kind: 'peer-changed', before: was, after: peer }];
  });
  const gone = before.filter((peer) => !kept.has(peer.publicKey));
  return [...changed, ...gone.map((peer): Change => ({ kind: 'peer-removed', peer }))];
}

function samePeer(a: Peer, b: Peer): boolean {
  return (
    a.name === b.name &&
    a.endpoint === b.endpoint &&
    a.keepalive === b.keepalive &&
    (a.allowedIPs === b.allowedIPs ||
      (a.allowedIPs.length === b.allowedIPs.length &&
        a.allowedIPs.every((prefix, i) => comparePrefix(prefix, b.allowedIPs[i]!) === 0)))
  );
}

function diffForwarding(before: HostState | undefined, after: HostState | undefined): readonly Change[] {
  return ([4, 6] as const).flatMap((family): Change[] => {
    const was = before?.forwarding.includes(family) ?? false;
    const is = after?.forwarding.includes(family) ?? false;
    if (was === is) return [];
    return [{ kind: is ? 'forwarding-on' : 'forwarding-released', family }];
  });
}

function diffChains(before: HostState | undefined, after: HostState | undefined): readonly Change[] {
  const old = new Map((before?.chains ?? []).map((chain) => [chainKey(chain), chain]));
  const fresh = new Map((after?.chains ?? []).map((chain) => [chainKey(chain), chain]));
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key): Change[] => {
    const [was, is] = [old.get(key), fresh.get(key)];
    return JSON.stringify(was?.rules) === JSON.stringify(is?.rules)
      ? []
      : [{ kind: 'chain-changed', before: was, after: is }];
  });
}
