import type { DeploymentOutcome } from '../../core/model/outcome.ts';

/** What the deploy job tells the job that reports: facts and words, made where the key is and written where it is not. */
export interface Record {
  readonly kuiil: 1;
  readonly kind: 'record';
  readonly commit: string;
  readonly topologies: readonly TopologyRecord[];
}

export interface TopologyRecord {
  readonly file: string;
  readonly outcome: DeploymentOutcome;
  /** To be told. */
  readonly pulls: readonly number[];
  /** Markdown. */
  readonly text: string;
  /** The commit that the hosts run, where git says otherwise: it is proposed to restore it. */
  readonly restore?: string;
  /** Why, of a rollback. */
  readonly reason?: string;
}

/**
 * Bytes of its texts. An input is a variable of the environment, which on Linux holds 128 KiB; JSON doubles at most what it escapes.
 */
export const RECORD_BUDGET = 60_000;

export function writeRecord(record: Record): string {
  return JSON.stringify(record);
}

/** Undefined when it is none of ours. */
export function readRecord(text: string): Record | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

const COMMIT = /^[0-9a-f]{40,64}$/;

const OUTCOMES: readonly string[] = [
  'confirmed',
  'unchanged',
  'planned',
  'refused',
  'unreachable',
  'reverted',
  'incomplete',
] satisfies readonly DeploymentOutcome[];

function isRecord(value: unknown): value is Record {
  return (
    has(value, 'kuiil', (each) => each === 1) &&
    has(value, 'kind', (each) => each === 'record') &&
    has(value, 'commit', (each) => typeof each === 'string' && COMMIT.test(each)) &&
    has(value, 'topologies', (each) => Array.isArray(each) && each.every(isTopologyRecord))
  );
}

function isTopologyRecord(value: unknown): boolean {
  return (
    has(value, 'file', (each) => typeof each === 'string') &&
    has(value, 'outcome', (each) => typeof each === 'string' && OUTCOMES.includes(each)) &&
    has(
      value,
      'pulls',
      (each) => Array.isArray(each) && each.every((number) => Number.isSafeInteger(number)),
    ) &&
    has(value, 'text', (each) => typeof each === 'string') &&
    has(value, 'restore', (each) => each === undefined || (typeof each === 'string' && COMMIT.test(each))) &&
    has(value, 'reason', (each) => each === undefined || typeof each === 'string')
  );
}

function has(value: unknown, key: string, isFit: (value: unknown) => boolean): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    isFit(Object.entries(value).find(([name]) => name === key)?.[1])
  );
}
