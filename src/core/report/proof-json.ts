import type { Failure, Line, LocatedProof } from '../model/proof.ts';
import type { Document, Json } from './document.ts';
import { countPairs, endName } from './proof-rows.ts';
import { failureWords } from './proof.ts';
import { reasonSentence } from './reasons.ts';

// All pairs are listed up to here; beyond, only those that fail: a thousand clusters have millions.
const MAX_PAIRS = 20_000;

/** The document of kind `prove`. */
export function proofJson(proof: LocatedProof): Document {
  const { reached, pairs } = countPairs(proof);
  const listsAll = pairs <= MAX_PAIRS;
  const failed = new Map(proof.unreached.map((each) => [keyOf(each), each]));
  const listed = proof.ends
    .filter((from) => from.kind !== 'services' && listsAll)
    .flatMap((from) => proof.ends.map((to) => ({ from, to })))
    .filter(({ from, to }) => from.family === to.family && from.place !== to.place);
  return {
    kuiil: 1,
    kind: 'prove',
    complete: pairs > 0 && reached === pairs && proof.roads.length === 0,
    reached,
    proved: pairs,
    listsAll,
    pairs: (listsAll ? listed : proof.unreached).map((pair) => {
      const lost = failed.get(keyOf(pair));
      return {
        from: endName(pair.from),
        to: endName(pair.to),
        family: pair.from.family,
        kind: pair.to.kind,
        reachable: lost === undefined,
        reason: lost ? { ...reasonJson(lost.failure, failureWords(lost)), ...lineJson(lost) } : null,
      };
    }),
    roads: proof.roads.map((each) => ({
      road: each.road,
      host: each.host,
      reason: { ...reasonJson(each.failure, reasonSentence(each.failure)), ...lineJson(each) },
    })),
    pending: proof.pending,
  };
}

export function reasonJson(failure: Failure, message: string): { readonly [key: string]: Json } {
  const { reason, host, leg, address } = failure;
  return { code: reason, host, leg, address: address.text, message };
}

export function lineJson({ file, span }: Line): {
  readonly file: string;
  readonly line: number;
  readonly column: number;
} {
  return { file, line: span.line, column: span.column };
}

function keyOf({ from, to }: Pick<LocatedProof['unreached'][number], 'from' | 'to'>): string {
  return `${from.family} ${endName(from)} ${endName(to)}`;
}
