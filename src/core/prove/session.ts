import type { Family } from '../model/address.ts';
import type { Peer } from '../model/host-state.ts';
import type { Failure } from '../model/proof.ts';
import { accepts } from './firewall.ts';
import type { Place, Session, World } from './world.ts';

type Broken = Pick<Failure, 'reason' | 'host' | 'peer'>;

// WireGuard's header and authenticator, with the outer IPv4 or IPv6 and UDP headers.
const OVERHEAD = { 4: 60, 6: 80 } as const;

/**
 * The host behind a peer, if a tunnel to it comes up: each side has the other's key, and one of them dials the other at
 * an address and port where it is let in.
 */
export function session(world: World, from: Place, peer: Peer): Session {
  let found = from.sessions.get(peer);
  if (!found) {
    found = shakeHands(world, from, peer);
    from.sessions.set(peer, found);
  }
  return found;
}

function shakeHands({ byKey }: World, from: Place, peer: Peer): Session {
  const to = byKey.get(peer.publicKey);
  if (!to || to === from) return { reason: 'unknown-key', host: from.host, peer: peer.name };
  const own = from.state?.wireguard?.publicKey;
  const back = to.state?.wireguard?.peers.find((each) => each.publicKey === own);
  if (!back) return { reason: 'not-a-peer', host: to.host, peer: from.host };
  const calls = [dial(from, to, peer.endpoint), dial(to, from, back.endpoint)].filter(
    (each) => each !== undefined,
  );
  const up = calls.find((each) => 'family' in each);
  if (up) return { to, overhead: OVERHEAD[up.family] };
  return (
    calls.find((each) => 'reason' in each) ?? { reason: 'endpoint-wrong', host: from.host, peer: to.host }
  );
}

/** The family in which the caller reaches the called; undefined where it has nowhere to dial. */
function dial(
  caller: Place,
  called: Place,
  endpoint: string | undefined,
): Broken | { readonly family: Family } | undefined {
  if (endpoint === undefined) return undefined;
  const { host = '', port = '' } = /^\[?(?<host>.*?)\]?:(?<port>\d+)$/.exec(endpoint)?.groups ?? {};
  const listens = called.state?.wireguard?.port;
  if (listens === undefined || Number(port) !== listens || !called.around.outside.includes(host))
    return { reason: 'endpoint-wrong', host: caller.host, peer: called.host };
  const families = familiesOf(host);
  const facts = { in: 'outside', out: undefined, protocol: 'udp', port: listens, isAnswer: false } as const;
  const open = families.every((family) => accepts(called, { ...facts, family }).passes);
  return open
    ? { family: families.at(-1)! }
    : { reason: 'handshake-blocked', host: called.host, peer: caller.host };
}

/** A name may stand for either. */
function familiesOf(host: string): readonly Family[] {
  if (host.includes(':')) return [6];
  return /^[\d.]+$/.test(host) ? [4] : [4, 6];
}
