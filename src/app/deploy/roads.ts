import type { Fault } from '../../core/model/fault.ts';
import type { Gap } from '../../core/model/proof.ts';
import { common } from '../../core/prove/common.ts';
import { reasonSentence } from '../../core/report/reasons.ts';
import { surroundingsOf } from '../proof.ts';
import { roadGaps } from '../steps.ts';
import type { DeployRequest } from './request.ts';
import type { View } from './view.ts';

/**
 * A moment of this deployment, from what the hosts hold to what is wanted, at which a host could not be logged in to although it can
 * before and after: whoever is still to be told would not hear of it. Undefined where there is none.
 */
export function cutRoad(
  { topology, base }: Pick<DeployRequest, 'topology' | 'base'>,
  views: readonly View[],
): Fault | undefined {
  const before = new Map(views.map(({ host, observed }) => [host, observed]));
  const after = new Map(views.map(({ host, desired }) => [host, desired.state]));
  const now = surroundingsOf(topology);
  const around = base ? common(surroundingsOf(base), now) : now;
  const [gap] = roadGaps(before, after, around);
  return gap && cut(gap);
}

/** What a gap means for people. Its `roads` are not empty. */
export function cut({ step, hosts, roads }: Gap): Fault {
  const [first] = roads;
  return {
    code: 'deploy/road-cut',
    host: first!.host,
    step: 'prove',
    cause: `the way of SSH to it would be cut in step ${step} (${hosts.slice(0, 5).join(', ')}): ${reasonSentence(first!.failure)}`,
    hint: 'this is a fault of the order in which Kuiil deploys: please report it with both topologies; until then, deploy in two smaller steps',
    stateNow: 'unchanged by this run',
  };
}
