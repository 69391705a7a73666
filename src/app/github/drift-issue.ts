import type { WatchedNetwork } from './drift-record.ts';

/** An issue of ours about a network's drift. */
export interface DriftIssue {
  readonly number: number;
  readonly isOpen: boolean;
  readonly body: string;
}

/** What our issue's first line remembers between runs. Anybody who may write can change it: it explains, and decides nothing on hosts. */
interface Memory {
  readonly findings: string;
  /** How often in a row a healing was tried and did not mend all. */
  readonly tries: number;
}

/** What to do with the one issue of a network; `comment` notifies people, so it comes only with news. */
export interface Upkeep {
  readonly kind: 'open' | 'edit' | 'reopen' | 'close' | 'nothing';
  /** Whole, with the marker first; absent with `nothing`. */
  readonly body?: string;
  readonly comment?: string;
}

/** After so many healings in a row that did not mend all, nobody tries again until somebody has looked. */
export const MAX_TRIES = 2;

interface Facts {
  readonly marker: string;
  readonly seen: WatchedNetwork;
  /** When, for people: `2026-11-28 03:12 UTC`. */
  readonly at: string;
  readonly run: string;
}

/**
 * Exactly one issue a network: opened with the first drift, edited by every check, commented on when what is amiss changes, closed with
 * the reason when it is clean, reopened when it recurs.
 */
export function upkeep(issue: DriftIssue | undefined, facts: Facts): Upkeep {
  const { seen } = facts;
  const isClean = seen.outcome === 'in-sync';
  if (!issue) return isClean ? { kind: 'nothing' } : { kind: 'open', body: bodyOf(facts, 0) };
  const before = readMemory(issue.body);
  const tries = isClean ? 0 : (before?.tries ?? 0) + (seen.healed === 'no' ? 1 : 0);
  const body = bodyOf(facts, tries);
  const isNews = before?.findings !== seen.findings;
  if (isClean) {
    if (!issue.isOpen) return { kind: 'nothing' };
    const why =
      seen.healed === 'yes' ? 'It was healed by this run' : 'Every host is as it was confirmed again';
    return { kind: 'close', body, comment: `${why}: ${linked(facts)}` };
  }
  if (!issue.isOpen)
    return { kind: 'reopen', body, comment: `It is back: ${seen.verdict}. ${linked(facts)}` };
  const news = [
    ...(isNews ? [`What is amiss has changed: ${seen.verdict}.`] : []),
    ...(tries === MAX_TRIES && seen.healed === 'no'
      ? [`Healing was tried ${MAX_TRIES} times and did not mend all: it is not tried again.`]
      : []),
  ];
  const comment = news.length > 0 ? [...news, linked(facts)].join(' ') : undefined;
  return { kind: 'edit', body, ...(comment === undefined ? {} : { comment }) };
}

/** Whether healing was given up for what is amiss in this issue. */
export function isGivenUp(issue: DriftIssue | undefined): boolean {
  return issue?.isOpen === true && (readMemory(issue.body)?.tries ?? 0) >= MAX_TRIES;
}

function bodyOf({ marker, seen, at, run }: Facts, tries: number): string {
  const head = `${marker} findings=${seen.findings} tries=${tries} -->`;
  const table = [
    '| network | last check | outcome |',
    '|---|---|---|',
    `| \`${seen.network}\` (\`${seen.file}\`) | ${at}, <a href="${encodeURI(run)}">this run</a> | ${seen.outcome} |`,
  ];
  return [head, ...table, '', seen.text].join('\n');
}

function readMemory(body: string): Memory | undefined {
  const [, findings, tries] =
    /^<!-- kuiil drift [0-9a-f]{32} findings=([0-9a-f]{64}) tries=(\d{1,3}) -->/.exec(body) ?? [];
  return findings === undefined ? undefined : { findings, tries: Number(tries) };
}

function linked({ run }: Facts): string {
  return `<a href="${encodeURI(run)}">This run</a> has the whole.`;
}
