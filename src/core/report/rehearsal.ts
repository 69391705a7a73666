import type { ProbeResult } from '../model/probe.ts';
import { toJson, type Document } from './document.ts';
import { fence } from './escape-markdown.ts';
import { visible, visibleLines } from './escape.ts';
import { matrixJson } from './matrix-json.ts';
import { matrixMarkdown } from './matrix-markdown.ts';
import { matrixText } from './matrix.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count } from './words.ts';

/** What a rehearsal brought to light. */
export interface RehearsalFacts {
  readonly hosts: readonly string[];
  readonly leftOut: readonly string[];
  readonly deployment: { readonly exitCode: number; readonly document: unknown; readonly log: string };
  readonly probes: readonly ProbeResult[];
  readonly phases: ReadonlyMap<string, number>;
}

const MAX_LOG_LINES = 40;

export function rehearsalText(facts: RehearsalFacts, paint: Paint = PLAIN): string {
  if (facts.deployment.exitCode !== 0) return failure(facts, paint);
  return matrixText(facts.probes, { paint, phases: facts.phases, notes: notes(facts) });
}

export function rehearsalMarkdown(facts: RehearsalFacts): string {
  if (facts.deployment.exitCode !== 0) return `${fence(failure(facts, PLAIN), 'text')}\n`;
  return matrixMarkdown(facts.probes, { phases: facts.phases, notes: notes(facts) });
}

export function rehearsalJson(facts: RehearsalFacts): Document {
  return {
    ...matrixJson(facts.probes, { phases: facts.phases, notes: notes(facts) }),
    hosts: facts.hosts,
    leftOut: facts.leftOut,
    deployment: {
      exitCode: facts.deployment.exitCode,
      document: toJson(facts.deployment.document),
    },
  };
}

function notes({ hosts, leftOut }: RehearsalFacts): readonly string[] {
  const up = `${count(hosts.length, 'host')} brought up`;
  if (leftOut.length === 0) return [up];
  return [`${up}, a sample: ${count(leftOut.length, 'plain node')} left out (--sample brings up more)`];
}

/** The deployment's own report says it best; where there is none, what it said last. */
function failure({ deployment }: RehearsalFacts, paint: Paint): string {
  const faults = faultsOf(deployment.document);
  const lines = faults.length > 0 ? faults : visibleLines(deployment.log).slice(-MAX_LOG_LINES);
  return [
    paint.red(`The deployment to the twin failed with exit code ${deployment.exitCode}; nothing was probed.`),
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** `HOST, STEP: CAUSE` for each fault of a document whose shape nobody vouches for. */
function faultsOf(document: unknown): readonly string[] {
  const faults = entry(document, 'faults');
  return (Array.isArray(faults) ? faults.slice(0, MAX_LOG_LINES) : []).map((fault: unknown) => {
    const [host, step, cause] = ['host', 'step', 'cause'].map((key) => entry(fault, key));
    const where = [host, step].filter((word) => typeof word === 'string').join(', ');
    return visible(`${where}: ${typeof cause === 'string' ? cause : JSON.stringify(fault)}`);
  });
}

function entry(value: unknown, key: string): unknown {
  const found = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return found.find(([name]) => name === key)?.[1];
}
