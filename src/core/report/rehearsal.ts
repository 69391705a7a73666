import type { ProbeResult } from '../model/probe.ts';
import { COMMENT_BUDGET } from './budget.ts';
import { toJson, type Document } from './document.ts';
import { fence } from './escape-markdown.ts';
import { visible, visibleLines } from './escape.ts';
import { matrixJson, reachJson } from './matrix-json.ts';
import { matrixMarkdown } from './matrix-markdown.ts';
import { matrixText } from './matrix.ts';
import { PLAIN, type Paint } from './paint.ts';
import { count } from './words.ts';

/** One deployment, and what was reached after it: where it failed, of what was there before it. */
interface StageFacts {
  readonly deployment: { readonly exitCode: number; readonly document: unknown; readonly log: string };
  readonly probes: readonly ProbeResult[];
}

/** What a rehearsal brought to light. */
export interface RehearsalFacts extends StageFacts {
  readonly hosts: readonly string[];
  readonly leftOut: readonly string[];
  /** The deployment before, where a change was rehearsed. */
  readonly base?: StageFacts;
  readonly phases: ReadonlyMap<string, number>;
}

const MAX_LOG_LINES = 40;
// Headings and blank lines between two matrices.
const MARGIN = 1000;
const BASE = 'With the base deployed:';
const HEAD = 'With the change deployed:';
const STILL = 'What the base declares, after it:';

export function rehearsalText(facts: RehearsalFacts, paint: Paint = PLAIN): string {
  const { base, probes, deployment, phases } = facts;
  const before = base && base.deployment.exitCode === 0 ? [BASE, matrixText(base.probes, { paint })] : [];
  const said = { paint, phases, notes: notes(facts) };
  if (deployment.exitCode === 0) {
    return [...before, ...(base ? [HEAD] : []), matrixText(probes, said)].join('\n');
  }
  const still = probes.length > 0 ? [STILL, matrixText(probes, said)] : [];
  return [...before, failure(facts, paint), ...still].join('\n');
}

export function rehearsalMarkdown(facts: RehearsalFacts): string {
  const { base, probes, deployment, phases } = facts;
  const budget = COMMENT_BUDGET / 2;
  const before =
    base && base.deployment.exitCode === 0 ? [`${BASE}\n`, matrixMarkdown(base.probes, { budget })] : [];
  const said = { phases, notes: notes(facts), ...(base ? { budget: budget - MARGIN } : {}) };
  if (deployment.exitCode === 0) {
    return [...before, ...(base ? [`${HEAD}\n`] : []), matrixMarkdown(probes, said)].join('\n');
  }
  const still = probes.length > 0 ? [`${STILL}\n`, matrixMarkdown(probes, { budget: budget / 2 })] : [];
  return [...before, `${fence(failure(facts, PLAIN), 'text')}\n`, ...still].join('\n');
}

export function rehearsalJson(facts: RehearsalFacts): Document {
  const { base, phases, hosts, leftOut } = facts;
  const before = base && stageJson(base);
  const after = stageJson(facts);
  return {
    ...matrixJson(facts.probes, { phases, notes: notes(facts) }),
    ...after,
    complete: after.complete && before?.complete !== false,
    hosts,
    leftOut,
    ...(before ? { base: before } : {}),
  };
}

/** What was reached is complete only where what was deployed is what was asked for. */
function stageJson({ deployment, probes }: StageFacts) {
  const { complete, ...reach } = reachJson(probes);
  return {
    ...reach,
    complete: complete && deployment.exitCode === 0,
    deployment: { exitCode: deployment.exitCode, document: toJson(deployment.document) },
  };
}

function notes({ hosts, leftOut }: RehearsalFacts): readonly string[] {
  const up = `${count(hosts.length, 'host')} brought up`;
  if (leftOut.length === 0) return [up];
  return [`${up}, a sample: ${count(leftOut.length, 'plain node')} left out (--sample brings up more)`];
}

/** The deployment's own report says it best; where there is none, what it said last. */
function failure(facts: RehearsalFacts, paint: Paint): string {
  const { deployment } = facts;
  const faults = faultsOf(deployment.document);
  const lines = faults.length > 0 ? faults : visibleLines(deployment.log).slice(-MAX_LOG_LINES);
  return [
    paint.red(
      `The deployment to the twin failed with exit code ${deployment.exitCode}; ${facts.probes.length > 0 ? 'what was there before it was probed again' : 'nothing was probed'}.`,
    ),
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
