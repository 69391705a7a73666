import type { Deployment, DeploymentOutcome, HostOutcome } from '../model/outcome.ts';
import type { HostName } from '../model/name.ts';

/** What became of a deployment, in one sentence without a full stop. */
export const VERDICT: Readonly<Record<DeploymentOutcome, string>> = {
  confirmed: 'every host that was deployed to runs the new release and boots into it',
  unchanged: 'nothing had to be changed',
  planned: 'a dry run: nothing was changed',
  refused: 'the deployment was refused; nothing was changed',
  unreachable: 'not every host can be reached; nothing was changed on any',
  reverted: 'the deployment was taken back; no host keeps the new release',
  incomplete: 'not every host has said yet whether it keeps the new release',
};

/**
 * What is true on a host now, so that it reads after the hosts' names: of one, of many. In the order in which a person who is
 * paged wants to know: what is still moving first, what nobody touched last.
 */
const STATES: readonly (readonly [HostOutcome, one: string, many: string])[] = [
  [
    'reverting',
    'goes back to what it had: it was told so, or will by itself when its undo timer ends; it could not be asked',
    'go back to what they had: they were told so, or will by themselves when their undo timers end; they could not be asked',
  ],
  [
    'confirming',
    'is to keep the new release; it could not be asked, and confirms itself by asking the hub',
    'are to keep the new release; they could not be asked, and confirm themselves by asking the hub',
  ],
  [
    'undecided',
    'keeps the new release if the hub decided for it, and goes back if not, when its undo timer ends; the hub could not be asked',
    'keep the new release if the hub decided for it, and go back if not, when their undo timers end; the hub could not be asked',
  ],
  [
    'unreachable',
    'cannot be reached; nothing was changed on it',
    'cannot be reached; nothing was changed on them',
  ],
  ['reverted', 'runs what it had before and boots into it', 'run what they had before and boot into it'],
  ['confirmed', 'runs the new release and boots into it', 'run the new release and boot into it'],
  ['would-change', 'would change', 'would change'],
  [
    'awaited',
    'was never deployed to and cannot be reached yet; deploy again when it is there',
    'were never deployed to and cannot be reached yet; deploy again when they are there',
  ],
  ['untouched', 'was reached and is as it was', 'were reached and are as they were'],
  [
    'left',
    'is no longer in the topology and keeps what it has; `kuiil remove` with the earlier topology takes it off',
    'are no longer in the topology and keep what they have; `kuiil remove` with the earlier topology takes it off',
  ],
  [
    'excluded',
    'was left out by name; nothing was changed on it',
    'were left out by name; nothing was changed on them',
  ],
  [
    'unchanged',
    'is on the release already, and was left alone',
    'are on the release already, and were left alone',
  ],
];

/** The hosts that share an outcome, and what is true on them. */
export interface Standing {
  readonly outcome: HostOutcome;
  /** The hub first, then by name. */
  readonly hosts: readonly HostName[];
  readonly words: string;
}

/** Every host once, grouped by outcome, the most urgent first. */
export function standings({ hosts }: Deployment): readonly Standing[] {
  return STATES.flatMap(([outcome, one, many]) => {
    const names = [...hosts].filter(([, result]) => result.outcome === outcome).map(([host]) => host);
    return names.length === 0 ? [] : [{ outcome, hosts: names, words: names.length === 1 ? one : many }];
  });
}

/** Whether nothing more is to be done on a host with this outcome. */
export function isSettled(outcome: HostOutcome): boolean {
  return !UNSETTLED.includes(outcome);
}

const UNSETTLED: readonly HostOutcome[] = ['reverting', 'confirming', 'undecided', 'unreachable'];
