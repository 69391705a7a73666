import type { HostAnswer } from '../model/answer.ts';
import type { BookEntry } from '../model/books.ts';

const LINE = /^(\d{1,12}) (confirmed|healed|reverted) (\S{1,64}) ([0-9a-f]{64}) (\S+) ?(.*)$/;

/** What became of a host's past transactions, the latest first. */
export function observeBooks(answer: HostAnswer): readonly BookEntry[] {
  const lines = answer.sections.get('books') ?? [];
  return lines.toReversed().flatMap((line): BookEntry[] => {
    const [, at, outcome, transaction, digest, commit, who] = LINE.exec(line) ?? [];
    if (transaction === undefined || digest === undefined) return [];
    return [
      {
        at: Number(at),
        outcome: outcome === 'healed' || outcome === 'reverted' ? outcome : 'confirmed',
        transaction,
        digest,
        ...(commit === undefined || commit === '-' ? {} : { commit }),
        who: who ?? '',
      },
    ];
  });
}

/** Who was on what after each transaction that the hub still knows: transaction to host to digest. */
export function observeFleets(answer: HostAnswer): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const fleets = new Map<string, Map<string, string>>();
  for (const line of answer.sections.get('fleets') ?? []) {
    const [, transaction, host, digest] = /^(\S{1,64}) (\S+) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (transaction === undefined || host === undefined || digest === undefined) continue;
    const fleet = fleets.get(transaction) ?? new Map<string, string>();
    fleets.set(transaction, fleet.set(host, digest));
  }
  return fleets;
}
