import type { Deployment } from '../model/outcome.ts';
import type { Fault } from '../model/fault.ts';
import { visible, visibleLines } from './escape.ts';

const MAX_LINES = 20;
const MAX_LINE = 200;

/** Why it ended so, then what is wrong on single hosts; each fault once. */
export function allFaults({ faults, hosts }: Deployment): readonly Fault[] {
  const onHosts = [...hosts].flatMap(([host, { fault }]) =>
    fault ? [fault.host ? fault : { ...fault, host }] : [],
  );
  const seen = new Set<string>();
  return [...faults, ...onHosts].filter((fault) => {
    const key = JSON.stringify([fault.code, fault.host ?? null, fault.step, fault.cause]);
    return !seen.has(key) && seen.add(key);
  });
}

/** `cluster1/node1, activate`: where and while doing what. */
export function faultTitle({ host, step }: Fault): string {
  return [host, step]
    .filter((part) => part !== undefined)
    .map((part) => visible(part, MAX_LINE))
    .join(', ');
}

/** The last lines of what a command printed; without the blank ones around it. */
export function excerptLines({ excerpt = '' }: Fault): readonly string[] {
  const lines = visibleLines(excerpt.slice(-MAX_LINES * MAX_LINE).trim(), MAX_LINE);
  const shown = lines.slice(-MAX_LINES);
  return shown.length === 1 && shown[0] === '' ? [] : shown;
}
