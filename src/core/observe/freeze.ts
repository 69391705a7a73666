import type { HostAnswer } from '../model/answer.ts';
import type { Freeze } from '../model/freeze.ts';

/** The freeze that the hub has, from its `freeze` section; undefined: none. */
export function observeFreeze(answer: HostAnswer): Freeze | undefined {
  const lines = answer.sections.get('freeze');
  if (!lines) return undefined;
  const of = (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  const plan = of('plan');
  return {
    reason: of('reason') ?? 'nobody said why',
    who: of('who') ?? 'nobody known',
    since: Number(/^\d{1,12}$/.exec(of('since') ?? '')?.[0] ?? 0),
    ...(plan === undefined ? {} : { plan }),
    ...(lines.includes('by hand') ? { isByHand: true } : {}),
  };
}
