import type { Fault } from '../model/fault.ts';
import type { Deployment, HostOutcome } from '../model/outcome.ts';
import { MAX_NAME, visible } from './escape.ts';
import { allFaults, excerptLines, faultTitle } from './faults.ts';
import { standings, VERDICT, type Standing } from './outcome-words.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count, duration, list } from './words.ts';

/** How many hosts are named in a line; all of them are in the JSON document. */
const MAX_HOSTS = 12;

/** What is true on every host now, then what went wrong, then how long each phase took. */
export function deploymentText(deployment: Deployment, paint: Paint = PLAIN): string {
  const faults = allFaults(deployment);
  const parts = [
    [
      verdictLine(deployment, paint),
      ...standings(deployment).map((standing) => standingLine(standing, paint)),
    ],
    freezeLines(deployment, visible),
    ...faults.map((fault) => faultLines(fault, paint)),
    deployment.phases.size > 0 ? [paint.dim(phasesLine(deployment.phases))] : [],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** `observe 120 ms, stage 80 ms, 200 ms in all`. */
export function phasesLine(phases: ReadonlyMap<string, number>): string {
  const total = [...phases.values()].reduce((sum, ms) => sum + ms, 0);
  const each = [...phases].map(([phase, ms]) => `${visible(phase, MAX_NAME)} ${duration(ms)}`);
  return `${each.join(', ')}; ${duration(total)} in all`;
}

function verdictLine({ outcome, release }: Deployment, paint: Paint): string {
  const colour = { 0: paint.green, 1: paint.yellow, 2: paint.red }[gravity(outcome)];
  return `${paint.bold(colour(outcome))}: ${VERDICT[outcome]} ${paint.dim(`(release ${visible(release.slice(0, 12))})`)}`;
}

/** That a freeze is over, or goes on although nothing had to be held back. One that refused the deployment is its fault. */
export function freezeLines(
  { outcome, freeze: met }: Deployment,
  escaped: (text: string) => string,
): readonly string[] {
  if (!met || outcome === 'refused') return [];
  const { freeze, isLifted } = met;
  const why = escaped(freeze.reason);
  if (isLifted) return [`The freeze is lifted, since the hosts run what the topology says; it was: ${why}`];
  return freeze.isByHand ? [`Deployments stay frozen, ${escaped(freeze.who)}: ${why}`] : [];
}

function gravity(outcome: Deployment['outcome']): 0 | 1 | 2 {
  if (outcome === 'confirmed' || outcome === 'unchanged' || outcome === 'planned') return 0;
  return outcome === 'incomplete' ? 1 : 2;
}

function standingLine({ outcome, hosts, words }: Standing, paint: Paint): string {
  const names = list(
    hosts.map((host) => visible(host, MAX_NAME)),
    MAX_HOSTS,
  );
  const amount = hosts.length > MAX_HOSTS ? `${count(hosts.length, 'host')} (${names})` : names;
  return `  ${paint[COLOURS[outcome]](amount)}: ${words}`;
}

const COLOURS: Readonly<Record<HostOutcome, keyof Paint>> = {
  confirmed: 'green',
  unchanged: 'green',
  reverting: 'red',
  unreachable: 'red',
  confirming: 'yellow',
  undecided: 'yellow',
  awaited: 'yellow',
  left: 'yellow',
  'would-change': 'yellow',
  reverted: 'cyan',
  untouched: 'cyan',
  excluded: 'cyan',
};

/** One fault as a paragraph: where, why, what was run, what it said, what to do. */
export function faultLines(fault: Fault, paint: Paint = PLAIN): readonly string[] {
  const { code, cause, command, hint, stateNow } = fault;
  return [
    `${paint.red(faultTitle(fault))}: ${visible(cause)} ${paint.dim(`[${code}]`)}`,
    ...(command === undefined ? [] : [`  command: ${visible(command)}`]),
    ...excerptLines(fault).map((line) => `    ${paint.dim('|')} ${line}`),
    `  now: ${visible(stateNow)}`,
    ...(hint === undefined ? [] : [`  ${paint.cyan('hint')}: ${visible(hint)}`]),
  ];
}
