import type { End, Proof, Unreached } from '../model/proof.ts';

/** A pair of ends that is reached on one side of a change only. */
export interface PairChange {
  readonly change: 'gained' | 'lost';
  readonly from: End;
  readonly to: End;
  /** On the side where both ends are there and it fails; absent where an end comes or goes. */
  readonly failed?: Unreached;
}

/**
 * What a change does to who reaches whom: calls `found` for each pair, the lost before the gained, each in the order of ends. Pairs whose
 * ends are on both sides are only looked at where either proof lists them, so that a large fleet costs what changes in it.
 */
export function compareReach(before: Proof, after: Proof, found: (change: PairChange) => void): void {
  oneSided(before, after, 'lost', found);
  oneSided(after, before, 'gained', found);
}

/** The pairs that `here` reaches and `there` does not. */
function oneSided(
  here: Proof,
  there: Proof,
  change: PairChange['change'],
  found: (change: PairChange) => void,
): void {
  const failed = new Map(here.unreached.map((each) => [pairKey(each), each]));
  const fails = new Map(there.unreached.map((each) => [pairKey(each), each]));
  const known = new Set(there.ends.map(endKey));
  const gone = here.ends.filter((end) => !known.has(endKey(end)));
  const byKey = new Map(here.ends.map((end) => [endKey(end), end]));
  const tell = (from: End, to: End, failure?: Unreached) => {
    if (from.place === to.place || from.family !== to.family || from.kind === 'services') return;
    if (failed.has(pairKey({ from, to }))) return;
    found({ change, from, to, ...(failure ? { failed: failure } : {}) });
  };
  const isGone = new Set(gone);
  for (const end of gone) {
    for (const other of here.ends) {
      tell(end, other);
      // Where both are gone, the pair comes up once from either side.
      if (!isGone.has(other)) tell(other, end);
    }
  }
  for (const failure of fails.values()) {
    const [from, to] = [byKey.get(endKey(failure.from)), byKey.get(endKey(failure.to))];
    if (from && to) tell(from, to, failure);
  }
}

function endKey({ place, kind, name, family }: End): string {
  return `${family} ${place} ${kind} ${name}`;
}

function pairKey({ from, to }: Pick<Unreached, 'from' | 'to'>): string {
  return `${endKey(from)} > ${endKey(to)}`;
}
