import type { HostName } from '../model/name.ts';
import type { HostStatus, Interruption, Plan } from '../model/plan.ts';
import { count, list, thousands } from './words.ts';

const WORDS: Readonly<Record<HostStatus, readonly [one: string, many: string]>> = {
  added: ['is added', 'are added'],
  changed: ['changes', 'change'],
  removed: ['is removed', 'are removed'],
  pending: ['awaits enrolment', 'await enrolment'],
  unchanged: ['stays as it is', 'stay as they are'],
};

/** One sentence without a full stop: what the plan does to how many hosts, and whether traffic feels it. */
export function planVerdict(plan: Plan): string {
  const amounts = (['changed', 'added', 'removed', 'pending', 'unchanged'] as const)
    .map((status) => ({ status, amount: plan.hosts.filter((host) => host.status === status).length }))
    .filter(({ amount }) => amount > 0);
  const touched = amounts.filter(({ status }) => status !== 'unchanged' && status !== 'pending');
  if (touched.length === 0) {
    const waiting = amounts.filter(({ status }) => status === 'pending');
    return ['nothing changes', ...waiting.map((each) => clause(each, true))].join('; ');
  }
  const hit = interrupted(plan).length;
  const traffic = hit === 0 ? 'no traffic is interrupted' : `traffic is interrupted on ${count(hit, 'host')}`;
  return `${list(amounts.map((each, i) => clause(each, i === 0)))}; ${traffic}`;
}

interface Amount {
  readonly status: HostStatus;
  readonly amount: number;
}

function clause({ status, amount }: Amount, namesHosts: boolean): string {
  const words = WORDS[status][amount === 1 ? 0 : 1];
  return `${namesHosts ? count(amount, 'host') : thousands(amount)} ${words}`;
}

/** Every interruption with its host, in the order of the plan. */
export function interruptions(
  plan: Plan,
): readonly { readonly host: HostName; readonly interruption: Interruption }[] {
  return plan.hosts.flatMap(({ host, interruptions: all }) =>
    all.map((interruption) => ({ host, interruption })),
  );
}

/** The hosts that are interrupted, in the order of the plan. */
export function interrupted(plan: Plan): readonly HostName[] {
  return plan.hosts.filter((host) => host.interruptions.length > 0).map(({ host }) => host);
}

/** `+3 -1`; what is zero is left out. */
export function lineCounts({ added, removed }: { readonly added: number; readonly removed: number }): string {
  return [...(added > 0 ? [`+${added}`] : []), ...(removed > 0 ? [`-${removed}`] : [])].join(' ');
}
