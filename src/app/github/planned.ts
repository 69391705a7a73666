import type { Planned } from '../../core/report/pull-request.ts';
import { foresee } from '../foresee.ts';
import { contentOf, readSource } from './source.ts';
import type { Contents } from './ports.ts';

interface Step {
  readonly file: string;
  /** The commit that is left, and the one that is gone to. */
  readonly base: string;
  readonly head: string;
}

/** What a step between two commits makes of one topology. Both sides are read as data. */
export async function planFile({ file, base, head }: Step, contents: Contents): Promise<Planned> {
  const [before, after] = await Promise.all([
    contentOf(contents, base, file),
    contentOf(contents, head, file),
  ]);
  if (before === after) return { kind: 'unchanged', file };
  const [from, to] = await Promise.all([readSource(contents, base, file), readSource(contents, head, file)]);
  if (!to) return { kind: 'deleted', file };
  const { value, diagnostics, locate } = to.examined;
  if (!value) return { kind: 'invalid', file, diagnostics };
  if (from && !from.examined.value) return { kind: 'mended', file, diagnostics };
  return {
    kind: 'planned',
    file,
    plan: foresee(from?.examined.value, value, locate),
    head: value,
    diagnostics,
  };
}
