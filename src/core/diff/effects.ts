import type { Prefix } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { Peer } from '../model/host-state.ts';

/** What a change does to the traffic that is there: opens a way, moves one, or takes one away. */
export type Effect = 'add' | 'move' | 'remove';

/**
 * The effects of all changes of one host together. A prefix that leaves one peer or next hop and comes to another moves: a
 * kernel holds it once, so that adding it here takes it from there.
 */
export function effects(changes: readonly Change[]): ReadonlySet<Effect> {
  const leaving = new Set(changes.flatMap(left).map((prefix) => prefix.text));
  return new Set(changes.flatMap((change) => effectsOf(change, leaving)));
}

function effectsOf(change: Change, leaving: ReadonlySet<string>): readonly Effect[] {
  switch (change.kind) {
    case 'interface-added':
    case 'address-added':
    case 'forwarding-on':
      return ['add'];
    case 'interface-removed':
    case 'address-removed':
    case 'route-removed':
    case 'forwarding-released':
    case 'peer-removed':
      return ['remove'];
    case 'interface-renamed':
    case 'public-key-changed':
    case 'port-changed':
    case 'mtu-changed':
      return ['move'];
    case 'chain-changed':
      return [!change.before ? 'add' : !change.after ? 'remove' : 'move'];
    case 'route-added':
      return [leaving.has(change.destination.text) ? 'move' : 'add'];
    case 'peer-added':
      return change.peer.allowedIPs.some((prefix) => leaving.has(prefix.text)) ? ['add', 'move'] : ['add'];
    case 'peer-changed':
      return peerEffects(change.before, change.after, leaving);
  }
}

function peerEffects(before: Peer, after: Peer, leaving: ReadonlySet<string>): readonly Effect[] {
  const added = without(after.allowedIPs, before.allowedIPs);
  return [
    ...(before.endpoint !== after.endpoint || before.keepalive !== after.keepalive
      ? (['move'] as const)
      : []),
    ...(added.some((prefix) => leaving.has(prefix.text)) ? (['move'] as const) : []),
    ...(added.length > 0 ? (['add'] as const) : []),
    ...(without(before.allowedIPs, after.allowedIPs).length > 0 ? (['remove'] as const) : []),
  ];
}

/** The prefixes that a change takes from a peer or a next hop. */
function left(change: Change): readonly Prefix[] {
  switch (change.kind) {
    case 'route-removed':
      return [change.destination];
    case 'peer-removed':
      return change.peer.allowedIPs;
    case 'peer-changed':
      return without(change.before.allowedIPs, change.after.allowedIPs);
    default:
      return [];
  }
}

function without(list: readonly Prefix[], others: readonly Prefix[]): readonly Prefix[] {
  if (list === others) return [];
  const there = new Set(others.map((prefix) => prefix.text));
  return list.filter((prefix) => !there.has(prefix.text));
}
