import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { Topology } from '../model/topology.ts';

/** Entries of `ignore` that hide nothing any more on this day (`YYYY-MM-DD`). No rule of the table: those know no date. */
export function expired({ ignore }: Topology, today: string): readonly Finding[] {
  return ignore
    .filter(({ until }) => until.value < today)
    .map(({ code, until }) =>
      finding('ignore/expired', {
        at: until.at,
        message: `${quote(code.value)} was to be left alone until ${until.value}`,
        hint: 'remove the entry, or give it a new date and reason',
      }),
    );
}
