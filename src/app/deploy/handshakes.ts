import type { Change } from '../../core/model/change.ts';
import type { PublicKey } from '../../core/model/key.ts';
import type { View } from './view.ts';

type Changing = Pick<View, 'changes' | 'desired'>;

/**
 * Whether a session of before says nothing about what is deployed: something that a handshake rests on changes on this tunnel node, or
 * on the hub for it. Where nothing of the kind does, a new handshake would prove no more than an answer through the tunnel, and
 * cost the packets that are on their way meanwhile (docs/interruptions.md).
 */
export function outdatesSessions(node: Changing, hub: Changing | undefined): boolean {
  const key = node.desired.state.wireguard?.publicKey;
  return (
    node.changes.some((change) => concerns(change, undefined)) ||
    (hub?.changes.some((change) => concerns(change, key)) ?? false)
  );
}

/** Whether handshakes rest on it: with this peer, or with any. */
function concerns(change: Change, peer: PublicKey | undefined): boolean {
  switch (change.kind) {
    case 'interface-added':
    case 'interface-removed':
    case 'interface-renamed':
    case 'public-key-changed':
    case 'port-changed':
    // Ours let the WireGuard port in.
    case 'chain-changed':
      return true;
    case 'peer-added':
      return peer === undefined || change.peer.publicKey === peer;
    case 'peer-changed':
      return change.before.endpoint !== change.after.endpoint;
    default:
      return false;
  }
}
