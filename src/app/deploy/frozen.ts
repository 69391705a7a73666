import type { Fault } from '../../core/model/fault.ts';
import type { Freeze } from '../../core/model/freeze.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { demand } from '../call.ts';
import type { Release } from '../digest.ts';
import { CALL_MS } from './request.ts';
import type { Survey } from './survey.ts';

/** The freeze that the hub told of. */
export function freezeOf({ views }: Survey): Freeze | undefined {
  return views.find((view) => view.host === HUB)?.freeze;
}

/**
 * Whether the target is what every host is confirmed on already, as after a revert was merged: the only deployment that a freeze lets
 * through, and that lifts one which was not set by hand. Hosts that never joined are not in the way.
 */
export function isWhatRuns(target: Release, { views, remembered, joining }: Survey): boolean {
  const confirmed = new Map<string, string | undefined>([
    ...remembered,
    ...views.map((view): [HostName, string | undefined] => [view.host, view.confirmed]),
  ]);
  const targets = [...target.hosts].filter(([host]) => !joining.has(host));
  return (
    targets.every(([host, { digest }]) => confirmed.get(host) === digest) &&
    [...remembered.keys()].every((name) => targets.some(([host]) => host === name))
  );
}

/** Whether there is nothing to do on any host, nor one that joins. */
export function isSettled({ views, joining }: Survey): boolean {
  return joining.size === 0 && views.every((view) => view.settled);
}

export async function lift({ views }: Survey): Promise<void> {
  const hub = views.find((view) => view.host === HUB);
  if (hub) await demand(hub.session, { verb: 'unfreeze', timeoutMs: CALL_MS.confirm });
}

export function frozen({ reason, who, isByHand }: Freeze): Fault {
  return {
    code: 'deploy/frozen',
    host: HUB,
    step: 'observe',
    cause: `deployments are frozen, ${who}: ${reason}`,
    hint: isByHand
      ? 'run `kuiil unfreeze` once it is over, and deploy again'
      : 'merge a change that makes the topology what the hosts run, which lifts the freeze, or run `kuiil unfreeze`',
    stateNow: 'unchanged by this run',
  };
}
