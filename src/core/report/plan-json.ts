import type { HostPlan, Plan } from '../model/plan.ts';
import { describeChange } from './change.ts';
import { dangerJson } from './danger-json.ts';
import type { Document, Json } from './document.ts';
import { diffHosts, type HostDiff } from './plan-diff.ts';
import { interrupted, planVerdict } from './plan-words.ts';
import { gapsJson, reachJson } from './reach-json.ts';

/** The document of kind `plan`. */
export function planJson(plan: Plan): Document {
  const diffs = new Map(diffHosts(plan).map((diff) => [diff.plan.host, diff]));
  const changed = plan.hosts.filter(({ status }) => status !== 'unchanged' && status !== 'pending');
  return {
    kuiil: 1,
    kind: 'plan',
    name: plan.name,
    verdict: planVerdict(plan),
    from: plan.from ?? null,
    to: plan.to,
    digest: plan.digest,
    changed: changed.map(({ host }) => host),
    interrupted: interrupted(plan),
    dangers: plan.dangers.map(dangerJson),
    reach: plan.foresight ? reachJson(plan.foresight) : null,
    gaps: plan.foresight ? gapsJson(plan.foresight) : null,
    hosts: Object.fromEntries(plan.hosts.map((host) => [host.host, entry(host, diffs.get(host.host))])),
  };
}

function entry({ status, changes, interruptions }: HostPlan, diff: HostDiff | undefined): Json {
  return {
    status,
    added: diff?.added ?? 0,
    removed: diff?.removed ?? 0,
    interruptions: interruptions.map(({ code, message }) => ({ code, message })),
    changes: changes.map((change) => ({ kind: change.kind, text: describeChange(change) })),
    files: (diff?.files ?? []).map((file) => ({
      path: file.path,
      status: file.status,
      diff: `${file.lines.join('\n')}\n`,
    })),
  };
}
