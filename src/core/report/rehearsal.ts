import type { ProbeResult } from '../model/probe.ts';
import type { Document, Json } from './document.ts';
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
  if (facts.deployment.exitCode !== 0)
    return `\`\`\`\`text\n${failure(facts, PLAIN).replaceAll('`', "'")}\n\`\`\`\`\n`;
  return matrixMarkdown(facts.probes, { phases: facts.phases, notes: notes(facts) });
}

export function rehearsalJson(facts: RehearsalFacts): Document {
  return {
    ...matrixJson(facts.probes, { phases: facts.phases, notes: notes(facts) }),
    hosts: facts.hosts,
    leftOut: facts.leftOut,
    deployment: {
      exitCode: facts.deployment.exitCode,
      document: (facts.deployment.document ?? null) as Json,
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

function faultsOf(document: unknown): readonly string[] {
  const faults =
    typeof document === 'object' && document !== null && 'faults' in document ? document.faults : [];
  return (Array.isArray(faults) ? faults : []).map((fault: unknown) => visible(JSON.stringify(fault)));
}
