import type { Deployment } from '../../core/model/outcome.ts';
import type { HostState } from '../../core/model/host-state.ts';
import type { HostName } from '../../core/model/name.ts';
import { dangers } from '../dangers.ts';
import { fleetLines, sha256, type Release } from '../digest.ts';
import { planDigest } from '../plan-digest.ts';
import type { DeployRequest } from './request.ts';
import type { Survey } from './survey.ts';
import type { Desired } from './desired.ts';
import type { View } from './view.ts';

interface Context {
  readonly request: DeployRequest;
  readonly desired: ReadonlyMap<HostName, Desired>;
  readonly target: Release;
}

/**
 * The plan from what the hosts hold and what the hub remembers to what is wanted. Its digest is that of `kuiil plan` when every host of
 * the base was confirmed on it (docs/adr/0007). Undefined where nothing was ever deployed.
 */
export function danger(
  { request, desired, target }: Context,
  survey: Survey,
): Deployment['plan'] | undefined {
  const confirmed = memory(survey);
  if (confirmed.size === 0) return undefined;
  const states = new Map(
    survey.views.flatMap((view): [HostName, HostState][] =>
      !confirmed.has(view.host) ? [] : [[view.host, held(view)]],
    ),
  );
  const found = dangers({
    before: { states, names: [...confirmed.keys()] },
    after: new Map([...desired].map(([host, { state }]) => [host, state])),
    ...(request.base ? { base: request.base } : {}),
    head: request.topology,
    locate: request.locate,
  });
  const from = sha256(fleetLines(confirmed));
  return { digest: planDigest({ from, to: target.digest, dangers: found }), dangers: found };
}

/** A host that is confirmed on what is wanted is only mended: what strayed there is no step that anybody planned. */
function held({ observed, desired, confirmed }: View): HostState {
  return confirmed === desired.release.digest ? desired.state : observed;
}

/** Who was confirmed on what: by the hub's memory; by the hosts' own where the hub has lost it. */
function memory({ remembered, views }: Survey): ReadonlyMap<string, { readonly digest: string }> {
  if (remembered.size > 0) return new Map([...remembered].map(([host, digest]) => [host, { digest }]));
  return new Map(
    views.flatMap(({ host, confirmed }) =>
      confirmed === undefined ? [] : [[host, { digest: confirmed }] as const],
    ),
  );
}
