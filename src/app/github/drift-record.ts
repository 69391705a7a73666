/** What the drift job tells the job that keeps the issue: made where the key is and written where it is not. */
export interface DriftRecord {
  readonly kuiil: 1;
  readonly kind: 'drift-record';
  readonly commit: string;
  readonly networks: readonly WatchedNetwork[];
}

export interface WatchedNetwork {
  readonly file: string;
  readonly network: string;
  readonly outcome: 'in-sync' | 'drift' | 'unreachable' | 'failed';
  /** One sentence without a full stop. */
  readonly verdict: string;
  /** Names what is amiss: equal where there is nothing new to say. */
  readonly findings: string;
  /** Whether it was healed by this run, and whether that mended all. */
  readonly healed: 'not-tried' | 'yes' | 'no';
  /** Markdown. */
  readonly text: string;
}

/** Bytes of a network's text: a variable of the environment holds 128 KiB, and JSON doubles at most what it escapes. */
export const DRIFT_TEXT_BYTES = 40_000;

export function writeDriftRecord(record: DriftRecord): string {
  return JSON.stringify(record);
}

/** Undefined when it is none of ours. */
export function readDriftRecord(text: string): DriftRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

const OUTCOMES: readonly unknown[] = ['in-sync', 'drift', 'unreachable', 'failed'];
const HEALED: readonly unknown[] = ['not-tried', 'yes', 'no'];

function isRecord(value: unknown): value is DriftRecord {
  if (!isObject(value)) return false;
  const { kuiil, kind, commit, networks } = value;
  return (
    kuiil === 1 &&
    kind === 'drift-record' &&
    typeof commit === 'string' &&
    Array.isArray(networks) &&
    networks.every(isNetwork)
  );
}

function isNetwork(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { file, network, outcome, verdict, findings, healed, text } = value;
  return (
    [file, network, verdict, findings, text].every((each) => typeof each === 'string') &&
    OUTCOMES.includes(outcome) &&
    HEALED.includes(healed)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
