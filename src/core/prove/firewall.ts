import type { Family } from '../model/address.ts';
import type { ChainName, Rule, TableName } from '../model/host-state.ts';
import type { Protocol, Side, Verdict } from '../model/proof.ts';
import type { Place } from './world.ts';

/** What our rules can ask about a packet. */
export interface Facts {
  readonly family: Family;
  readonly in: Side | 'outside';
  /** Absent where it is for the host itself. */
  readonly out: Side | undefined;
  readonly protocol: Protocol;
  readonly port: number | undefined;
  /** Whether it is an answer: its own port is then not the one that was asked. */
  readonly isAnswer: boolean;
}

/** Whether the host lets a packet in or through, and by which rule. */
export function accepts(place: Place, facts: Facts): { readonly passes: boolean; readonly verdict: Verdict } {
  const chain: ChainName = facts.out === undefined ? 'KUIIL-INPUT' : 'KUIIL-FORWARD';
  const rule = firstMatch(place, 'filter', chain, facts);
  if (rule !== undefined) return { passes: true, verdict: { chain, rule } };
  if (isOthers(facts)) return { passes: true, verdict: { policy: 'other' } };
  const policy = facts.out === undefined ? place.around.input : place.around.forward;
  return { passes: policy === 'ACCEPT', verdict: { policy } };
}

/** Whether the host tells TCP about the tunnel's MTU in a packet that opens a connection. */
export function clamps(place: Place, facts: Facts): boolean {
  return firstMatch(place, 'mangle', 'KUIIL-FORWARD', facts) !== undefined;
}

/**
 * For what comes in from the LAN, for answers and for a host's own pods there are rules that are not ours. What a host would
 * send back into its LAN is not among them: only a node whose next hop is wrong, or not changed yet, sends that.
 */
function isOthers({ in: from, out, isAnswer }: Facts): boolean {
  if (out === undefined) return isAnswer || (from !== 'tunnel' && from !== 'outside');
  return from !== 'tunnel' && out !== 'tunnel' && (from === 'pod' || out === 'pod');
}

/** The number of the first rule that matches, from 1. */
function firstMatch(place: Place, table: TableName, name: ChainName, facts: Facts): number | undefined {
  const { state } = place;
  const chain = state?.chains.find(
    (each) => each.family === facts.family && each.table === table && each.chain === name,
  );
  const at = chain?.rules.findIndex((rule) => matches(rule, facts, state?.wireguard?.interface)) ?? -1;
  return at < 0 ? undefined : at + 1;
}

function matches({ in: from, out, match }: Rule, facts: Facts, tunnel: string | undefined): boolean {
  // Of interfaces only the tunnel's name is known.
  const through = (side: Facts['in'] | undefined, name: string | undefined) =>
    name === undefined || (name === tunnel && side === 'tunnel');
  return through(facts.in, from) && through(facts.out, out) && asks(match, facts);
}

function asks(match: Rule['match'], { protocol, port, isAnswer }: Facts): boolean {
  if (!match) return true;
  if (match.protocol !== protocol) return false;
  if ('syn' in match) return true;
  return !('port' in match) || (!isAnswer && match.port === port);
}
