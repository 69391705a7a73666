import type { Change, RouteKey } from '../model/change.ts';
import { chainKey } from '../model/firewall.ts';
import type { Peer } from '../model/host-state.ts';
import { MAX_NAME, visible } from './escape.ts';

/** One change in a few words, on one line, without a full stop. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'interface-added':
      return `interface ${name(change.after.interface)} is added`;
    case 'interface-removed':
      return `interface ${name(change.before.interface)} is removed`;
    case 'interface-renamed':
      return `interface ${name(change.before)} becomes ${name(change.after)}`;
    case 'public-key-changed':
      return `public key ${change.before} becomes ${change.after}`;
    case 'port-changed':
      return `port ${change.before} becomes ${change.after}`;
    case 'mtu-changed':
      return `MTU ${change.before} becomes ${change.after}`;
    case 'address-added':
      return `address ${change.address.text} is added`;
    case 'address-removed':
      return `address ${change.address.text} is removed`;
    case 'peer-added':
      return `peer ${name(change.peer.name)} is added`;
    case 'peer-removed':
      return `peer ${name(change.peer.name)} is removed`;
    case 'peer-changed':
      return `peer ${name(change.after.name)} changes: ${peerChanges(change.before, change.after).join(', ')}`;
    case 'route-added':
      return `route to ${change.destination.text} ${way(change.group)} is added`;
    case 'route-removed':
      return `route to ${change.destination.text} ${way(change.group)} is removed`;
    case 'forwarding-on':
      return `IPv${change.family} forwarding is switched on`;
    case 'forwarding-released':
      return `IPv${change.family} forwarding is left to others`;
    case 'chain-changed':
      break;
  }
  return chainChange(change);
}

function peerChanges(before: Peer, after: Peer): readonly string[] {
  const [had, has] = [new Set(prefixes(before)), new Set(prefixes(after))];
  return [
    ...(before.publicKey === after.publicKey ? [] : ['public key']),
    ...(before.endpoint === after.endpoint ? [] : [`endpoint ${name(after.endpoint ?? 'none')}`]),
    ...(before.keepalive === after.keepalive ? [] : [`keepalive ${after.keepalive} s`]),
    ...prefixes(after)
      .filter((text) => !had.has(text))
      .map((text) => `+${text}`),
    ...prefixes(before)
      .filter((text) => !has.has(text))
      .map((text) => `-${text}`),
  ];
}

function prefixes(peer: Peer): readonly string[] {
  return peer.allowedIPs.map((prefix) => prefix.text);
}

function chainChange({ before, after }: Extract<Change, { kind: 'chain-changed' }>): string {
  const chain = after ?? before;
  const [family, table, title] = chain ? chainKey(chain).split(' ') : [];
  const verb = before && after ? 'changes' : after ? 'is added' : 'is removed';
  return `IPv${family} chain ${table}/${title} ${verb}`;
}

function way({ via }: RouteKey): string {
  return via ? `via ${via.text}` : 'into the tunnel';
}

function name(text: string): string {
  return visible(text, MAX_NAME);
}
