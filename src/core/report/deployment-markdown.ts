import type { Fault } from '../model/fault.ts';
import type { Deployment } from '../model/outcome.ts';
import { COMMENT_BUDGET, fitFirst, size } from './budget.ts';
import { freezeLines, phasesLine } from './deployment.ts';
import { code, fence, prose } from './escape-markdown.ts';
import { allFaults, excerptLines, faultTitle } from './faults.ts';
import { isSettled, standings, VERDICT, type Standing } from './outcome-words.ts';
import { count, list } from './words.ts';

const MAX_HOSTS = 12;
/** Hosts on which something is left to do are named up to here. */
const MAX_UNSETTLED = 50;
const NOTES = 500;

/** What is true on every host now, then the faults, of at most `budget` bytes. */
export function deploymentMarkdown(deployment: Deployment, budget = COMMENT_BUDGET): string {
  const { outcome, release, phases } = deployment;
  const verdict = `**${outcome}: ${VERDICT[outcome]}.** Release ${code(release, 64)}.`;
  const frozen = freezeLines(deployment, (text) => prose(text, NOTES)).flatMap((line) => [line, '']);
  const head = [verdict, '', ...standingItems(deployment, budget / 2), '', ...frozen].join('\n');
  const foot = phases.size > 0 ? `${prose(phasesLine(phases), 300)}.\n` : '';
  const room = budget - size(head) - size(foot) - NOTES;
  const { taken, omitted } = fitFirst(allFaults(deployment).map(faultBlock), room);
  const notes = omitted > 0 ? [`${count(omitted, 'more fault')}: see the log.\n`] : [];
  return [head, ...taken, ...notes, ...(foot === '' ? [] : [foot])].join('\n');
}

/** Every outcome is said, whatever the budget: where the names are too long, the hosts are counted. */
function standingItems(deployment: Deployment, budget: number): readonly string[] {
  const all = standings(deployment);
  const items = all.map(standingItem);
  if (size(items.join('\n')) <= budget) return items;
  return all.map(({ hosts, words }) => `- ${count(hosts.length, 'host')}: ${words}`);
}

function standingItem({ outcome, hosts, words }: Standing): string {
  const limit = isSettled(outcome) ? MAX_HOSTS : MAX_UNSETTLED;
  const names = list(
    hosts.map((host) => code(host)),
    limit,
  );
  return `- ${hosts.length > limit ? `${count(hosts.length, 'host')} (${names})` : names}: ${words}`;
}

function faultBlock(fault: Fault): string {
  const excerpt = excerptLines(fault);
  const { cause, command, hint, stateNow } = fault;
  return [
    `**${prose(faultTitle(fault))}**: ${prose(cause)} (${code(fault.code)})`,
    ...(command === undefined ? [] : ['', `Command: ${code(command, 500)}`]),
    ...(excerpt.length === 0 ? [] : ['', fence(excerpt)]),
    '',
    `Now: ${prose(stateNow)}`,
    ...(hint === undefined ? [] : ['', `Hint: ${prose(hint)}`]),
    '',
  ].join('\n');
}
