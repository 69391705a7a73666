import { compile } from '../core/compile/compile.ts';
import { diff } from '../core/diff/diff.ts';
import { interruptions } from '../core/diff/interruptions.ts';
import type { Fleet, HostState } from '../core/model/host-state.ts';
import { compareHosts, type HostName } from '../core/model/name.ts';
import type { HostPlan, HostStatus, Plan } from '../core/model/plan.ts';
import { hosts, isPending, type Topology } from '../core/model/topology.ts';
import { render } from '../core/render/render.ts';
import { dangers, type Locate } from './dangers.ts';
import { release } from './digest.ts';
import { planDigest } from './plan-digest.ts';

/** What changes on which host from `base` (absent: from nothing) to `head`, both valid. `locate` finds places of `head`. */
export function plan(base: Topology | undefined, head: Topology, locate: Locate): Plan {
  const before: Fleet = base ? compile(base) : new Map();
  const after = compile(head);
  const pending = new Set(
    hosts(head)
      .filter(isPending)
      .map((host) => host.name),
  );
  const names = [...new Set([...before.keys(), ...after.keys(), ...pending])].toSorted(compareHosts);
  const planned = names.map((host) => planHost(host, before.get(host), after.get(host), pending.has(host)));
  const from = base ? release(before, base.wireguard.interface).digest : undefined;
  const to = release(after, head.wireguard.interface).digest;
  const found = dangers({
    before: { states: before, names: [...before.keys()] },
    after,
    ...(base ? { base } : {}),
    head,
    locate,
  });
  return {
    name: head.name,
    ...(from === undefined ? {} : { from }),
    to,
    digest: planDigest({ from, to, dangers: found }),
    dangers: found,
    hosts: planned,
  };
}

function planHost(
  host: HostName,
  before: HostState | undefined,
  after: HostState | undefined,
  pending: boolean,
): HostPlan {
  const [was, is] = [before ? render(before) : [], after ? render(after) : []];
  const changes = diff(before, after);
  const same = changes.length === 0 && JSON.stringify(was) === JSON.stringify(is);
  return {
    host,
    status: statusOf(before, after, same, pending),
    changes,
    before: was,
    after: is,
    // A host that comes or goes carries no traffic that could be interrupted.
    interruptions: before && after ? interruptions(changes) : [],
  };
}

function statusOf(
  before: HostState | undefined,
  after: HostState | undefined,
  same: boolean,
  pending: boolean,
): HostStatus {
  if (pending) return 'pending';
  if (!before) return 'added';
  if (!after) return 'removed';
  return same ? 'unchanged' : 'changed';
}
