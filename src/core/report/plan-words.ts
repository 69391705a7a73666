import type { HostName } from '../model/name.ts';
import type { HostStatus, Interruption, Plan } from '../model/plan.ts';
import { count, list, thousands } from './words.ts';

const WORDS: Readonly<Record<HostStatus, (amount: number) => string>> = {
  added: (n) => `${count(n, 'host')} ${n === 1 ? 'is' : 'are'} added`,
  changed: (n) => `${count(n, 'host')} ${n === 1 ? 'changes' : 'change'}`,
  removed: (n) => `${count(n, 'host')} ${n === 1 ? 'is' : 'are'} removed`,
  pending: (n) => `${count(n, 'host')} ${n === 1 ? 'awaits' : 'await'} enrolment`,
  unchanged: (n) => `${thousands(n)} ${n === 1 ? 'stays as it is' : 'stay as they are'}`,
};

/** One sentence without a full stop: what the plan does to how many hosts, and whether traffic feels it. */
export function planVerdict(plan: Plan): string {
  const amounts = (['changed', 'added', 'removed', 'pending', 'unchanged'] as const)
    .map((status) => ({ status, amount: plan.hosts.filter((host) => host.status === status).length }))
    .filter(({ amount }) => amount > 0);
  const touched = amounts.filter(({ status }) => status !== 'unchanged' && status !== 'pending');
  if (touched.length === 0) {
    const waiting = amounts.find(({ status }) => status === 'pending');
    return `nothing changes${waiting ? `; ${WORDS.pending(waiting.amount)}` : ''}`;
  }
  const hit = interrupted(plan).length;
  const traffic = hit === 0 ? 'no traffic is interrupted' : `traffic is interrupted on ${count(hit, 'host')}`;
  return `${list(amounts.map(({ status, amount }) => WORDS[status](amount)))}; ${traffic}`;
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
