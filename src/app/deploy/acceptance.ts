import { isAccepted, parseAcceptance, type LocatedDanger } from '../../core/model/danger.ts';
import type { Fault } from '../../core/model/fault.ts';
import type { Deployment } from '../../core/model/outcome.ts';

/** What is wrong with the options themselves: known before anybody is dialled. */
export function malformed(accept: readonly string[]): readonly Fault[] {
  return accept.flatMap((text): Fault[] => {
    const parsed = parseAcceptance(text);
    if (typeof parsed !== 'string') return [];
    return [
      {
        code: 'deploy/acceptance',
        step: 'accept',
        cause: `--accept ${text}: ${parsed}`,
        hint: 'copy it from the plan',
        stateNow: 'unchanged: no host was dialled',
      },
    ];
  });
}

/** The dangers that nobody accepted in this very plan, each as a reason to change nothing. */
export function unaccepted(
  { digest, dangers }: NonNullable<Deployment['plan']>,
  accept: readonly string[],
): readonly Fault[] {
  const read = accept.map(parseAcceptance).filter((each) => typeof each !== 'string');
  const elsewhere = read.some((each) => !digest.startsWith(each.digest));
  return dangers
    .filter((danger) => !isAccepted(danger, digest, read))
    .map((danger) => refusal(danger, digest, elsewhere));
}

function refusal({ code, message, file, span }: LocatedDanger, digest: string, elsewhere: boolean): Fault {
  const other = elsewhere
    ? 'what was accepted is another plan: from another release, to another, or with other dangers; '
    : '';
  return {
    code: 'deploy/danger',
    step: 'accept',
    cause: `${code}: ${message} (${file}:${span.line}:${span.column})`,
    hint: `${other}if that is what you want, deploy with --accept ${code}@${digest}`,
    stateNow: 'unchanged by this run',
  };
}
