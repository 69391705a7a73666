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
  return `${list(amounts.map((each, i) => clause(each, i === 0)))}; ${trafficWords(plan)}`;
}

/** Whether traffic stops for a moment. That it does not is said of what was proved step by step, or where there was none before. */
function trafficWords(plan: Plan): string {
  const hit = interrupted(plan).length;
  if (hit > 0) return `traffic is interrupted on ${count(hit, 'host')}`;
  const stops = plan.foresight?.gaps.some(({ unreached }) => unreached.length > 0) ?? false;
  if (stops) return 'traffic is interrupted between the steps';
  const isKnown = plan.foresight !== undefined || plan.from === undefined;
  return isKnown ? 'no traffic is interrupted' : 'no host by itself interrupts traffic';
}

/** `2 pairs gain and 1 loses reach`; empty where nothing changes, or nothing is known of it. */
export function reachWords({ foresight }: Plan): string {
  if (!foresight) return '';
  const { gained, lost } = foresight.reach;
  const words = [
    ...(lost > 0 ? [`${count(lost, 'pair')} no longer reached`] : []),
    ...(gained > 0 ? [`${count(gained, 'pair')} reached from now on`] : []),
  ];
  return list(words);
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
