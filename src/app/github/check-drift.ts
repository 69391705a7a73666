import { DRIFT_CODES, type Drift } from '../../core/model/drift.ts';
import type { Topology } from '../../core/model/topology.ts';
import { diagnosticsText } from '../../core/report/diagnostics.ts';
import { driftMarkdown } from '../../core/report/drift-markdown.ts';
import { driftVerdict } from '../../core/report/drift-words.ts';
import { driftText } from '../../core/report/drift.ts';
import { FaultError } from '../../core/model/fault.ts';
import { sha256 } from '../digest.ts';
import { checkDrift } from '../drift/drift.ts';
import { heal } from '../drift/heal.ts';
import type { Locate } from '../dangers.ts';
import type { Clock, Connect } from '../ports.ts';
import { isGivenUp } from './drift-issue.ts';
import { DRIFT_TEXT_BYTES, writeDriftRecord, type DriftRecord, type WatchedNetwork } from './drift-record.ts';
import { githubFault } from './fault.ts';
import type { Pattern } from './patterns.ts';
import type { Contents, Ended, Issues, Step } from './ports.ts';
import { findDriftIssue } from './report-drift.ts';
import { selectTopologies } from './select.ts';
import { readSource } from './source.ts';

export interface CheckDriftRequest {
  readonly defaultBranch: string;
  readonly patterns: readonly Pattern[];
  /** `issue` says in the issue how to heal; `auto` mends what is safe. */
  readonly heal: 'off' | 'issue' | 'auto';
  /** Absent: all; else `hub` and names of clusters, as a job of a matrix has them. */
  readonly sites?: readonly string[];
  /** `YYYY-MM-DD`, in UTC. */
  readonly today: string;
  readonly confirmTimeoutS: number;
  readonly who: string;
  readonly transaction: () => string;
  readonly signal: AbortSignal;
}

export interface CheckDriftPorts {
  readonly contents: Contents;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly step: Step;
  /** Read only: whether healing was given up. */
  readonly issues: Pick<Issues, 'labelled'>;
}

/**
 * Compares the hosts of every topology on the default branch with what was confirmed on them. It holds a key that needs to read only,
 * unless it heals, and writes nothing on GitHub: a job without the key tells.
 */
export async function driftOfBranch(request: CheckDriftRequest, ports: CheckDriftPorts): Promise<Ended> {
  const { contents, step } = ports;
  const commit = await contents.tip(request.defaultBranch);
  const files = await selectTopologies(contents, commit, request.patterns);
  if (files.length === 0) throw noFile();
  const networks: WatchedNetwork[] = [];
  for (const file of files) networks.push(await watch(file, commit, request, ports));
  for (const each of networks) await step.summary(`${each.text}\n`);
  const record: DriftRecord = { kuiil: 1, kind: 'drift-record', commit, networks };
  const worst = GRAVITY.find((outcome) => networks.some((each) => each.outcome === outcome)) ?? 'in-sync';
  return {
    // Drift is no failure of the check: the issue tells, and a red run every night would hide the one that is.
    isFailure: worst === 'failed',
    message: networks.map(({ file, verdict }) => `${file}: ${verdict}`).join('; '),
    outputs: {
      outcome: worst,
      drift: networks.some((each) => each.outcome === 'drift'),
      record: writeDriftRecord(record),
    },
  };
}

const GRAVITY: readonly WatchedNetwork['outcome'][] = ['failed', 'drift', 'unreachable', 'in-sync'];

async function watch(
  file: string,
  commit: string,
  request: CheckDriftRequest,
  ports: CheckDriftPorts,
): Promise<WatchedNetwork> {
  const { examined } = (await readSource(ports.contents, commit, file))!;
  const { value: topology, diagnostics, locate } = examined;
  if (!topology) {
    ports.step.log(diagnosticsText(diagnostics));
    return failed(file, file, 'the topology is not valid, so that nothing could be compared');
  }
  try {
    const { drift, healed } = await look({ file, topology, locate }, request, ports);
    ports.step.log(`${file}: ${driftText(drift)}`);
    return {
      file,
      network: topology.name,
      outcome: outcomeOf(drift),
      verdict: driftVerdict(drift),
      findings: findingsDigest(drift),
      healed,
      text: driftMarkdown(drift, DRIFT_TEXT_BYTES) + (request.heal === 'issue' ? howToHeal(drift) : ''),
    };
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return failed(file, topology.name, error.fault.cause);
  }
}

async function look(
  { file, topology, locate }: { readonly file: string; readonly topology: Topology; readonly locate: Locate },
  request: CheckDriftRequest,
  { connect, clock, step, issues }: CheckDriftPorts,
): Promise<{ readonly drift: Drift; readonly healed: WatchedNetwork['healed'] }> {
  const { today, sites } = request;
  if (request.heal !== 'auto' || (await isOver(file, issues, step)))
    return {
      drift: (await checkDrift({ topology, today, ...(sites ? { sites } : {}) }, connect)).drift,
      healed: 'not-tried',
    };
  const progress = step.progress(clock);
  try {
    const healing = await heal(
      { ...request, topology, locate, kinds: 'safe', owner: { who: request.who } },
      { connect, clock, progress },
    );
    const { deployments, after } = healing;
    const word = deployments.length === 0 ? 'not-tried' : after.findings.length === 0 ? 'yes' : 'no';
    return { drift: after, healed: word };
  } finally {
    progress.end();
  }
}

/** Whether healing was given up before. Where the issue cannot be read, nobody knows, and nothing is tried. */
async function isOver(file: string, issues: CheckDriftPorts['issues'], step: Step): Promise<boolean> {
  try {
    return isGivenUp(await findDriftIssue(file, undefined, issues));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    step.warn(
      `nothing is healed, since the issue cannot be read: ${error.fault.cause}; give this job issues: read`,
    );
    return true;
  }
}

function outcomeOf({ findings, unreachable }: Drift): WatchedNetwork['outcome'] {
  if (findings.length > 0) return 'drift';
  return unreachable.size > 0 ? 'unreachable' : 'in-sync';
}

function howToHeal({ findings }: Drift): string {
  return findings.some(({ code }) => DRIFT_CODES[code].heals)
    ? '\nTo heal, run this workflow by hand with `heal: auto`, which mends what is safe to mend, or `kuiil drift --heal`.\n'
    : '';
}

/** Names what is amiss without what changes by itself, such as how old a handshake is: equal where there is nothing new to say. */
function findingsDigest({ findings, unreachable }: Drift): string {
  return sha256(
    JSON.stringify([
      findings.map(({ host, code, subject }) => [host, code, subject]),
      [...unreachable.keys()],
    ]),
  );
}

function failed(file: string, network: string, cause: string): WatchedNetwork {
  return {
    file,
    network,
    outcome: 'failed',
    verdict: `the check could not be made: ${cause}`,
    findings: sha256(cause),
    healed: 'not-tried',
    text: `**The check could not be made.** ${cause}\n`,
  };
}

function noFile(): Error {
  return githubFault({
    code: 'github/content',
    step: 'find the topology',
    cause: 'there is no topology on the branch',
    hint: 'name it in the input topology',
  });
}
