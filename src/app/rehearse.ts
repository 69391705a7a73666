import type { HostName } from '../core/model/name.ts';
import type { ProbeResult } from '../core/model/probe.ts';
import type { Topology } from '../core/model/topology.ts';
import { isDeclared, type Ground } from './ground.ts';
import type { Clock, Progress } from './ports.ts';

/** The machine that twins are brought up on. */
export interface TwinHost {
  /** What the machine lacks; empty: a twin can be brought up. */
  missing(): Promise<readonly Missing[]>;
  /** Installs what can be installed. */
  install(progress: Progress): Promise<void>;
  up(ground: Ground, options: TwinOptions): Promise<TwinNetwork>;
}

export interface Missing {
  /** What is missing and what it is needed for. One line. */
  readonly what: string;
  /** The command that mends it, where one does. */
  readonly command?: string;
}

export interface TwinOptions {
  /** At most so many plain nodes a cluster. */
  readonly sample: number;
  /** Whether pods lose their source address when they leave their cluster, as with Flannel. */
  readonly masquerade: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A whole network in namespaces of this machine: real sshd, real WireGuard, private sites behind NAT. */
export interface TwinNetwork {
  readonly hosts: readonly HostName[];
  /** Hosts of the topology that were not brought up, because the sample was full. */
  readonly leftOut: readonly HostName[];
  /**
   * Runs a deployment from outside the network, by the program's own command line. After one of `base`, whatever is
   * dangerous in the step from there is accepted: a rehearsal is where it may go wrong.
   */
  deploy(head: Written, base?: Written): Promise<TwinDeployment>;
  /** Sends packets between the ends that are asked for. */
  probeAll(asked: (probe: Omit<ProbeResult, 'reachable'>) => boolean): Promise<readonly ProbeResult[]>;
  down(): Promise<void>;
}

/** A valid topology, and its text as the user wrote it. */
export interface Written {
  readonly topology: Topology;
  readonly text: string;
}

export interface TwinDeployment {
  readonly exitCode: number;
  /** The JSON document that `kuiil deploy` printed; undefined when it printed none. */
  readonly document: unknown;
  /** The end of what it said otherwise. */
  readonly log: string;
}

/** One deployment, and what was reached after it. */
export interface Stage {
  readonly deployment: TwinDeployment;
  /** Of what its topology declares. Empty when the deployment failed, and where there was a base before it, what the base declares. */
  readonly probes: readonly ProbeResult[];
}

export interface Rehearsal extends Stage {
  readonly hosts: readonly HostName[];
  readonly leftOut: readonly HostName[];
  /** The deployment before, where a change was rehearsed. When it failed, it is the last one as well. */
  readonly base?: Stage;
  /** Milliseconds, by phase, in the order in which they ran. */
  readonly phases: ReadonlyMap<string, number>;
}

interface RehearseRequest extends TwinOptions {
  readonly ground: Ground;
  readonly head: Written;
  /** What is deployed first: the step from there is rehearsed as well. */
  readonly base?: Written;
}

/**
 * Brings the machines of the topology up, deploys to them by the code that deploys to real hosts, sends packets between every ordered
 * pair of clusters, and takes them down again, whatever happens in between. With a base, that is deployed and probed before.
 */
export async function rehearse(request: RehearseRequest, twin: TwinHost, clock: Clock): Promise<Rehearsal> {
  const { ground, head, base } = request;
  const phases = new Map<string, number>();
  const timed = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const from = clock.now();
    request.progress.step(name);
    try {
      return await run();
    } finally {
      phases.set(name, clock.now() - from);
    }
  };
  const network = await timed('bring up the twin', () => twin.up(ground, request));
  const { hosts, leftOut } = network;
  const stage = async (words: Words, written: Written, from?: Written): Promise<Stage> => {
    const deployment = await timed(words.deploy, () => network.deploy(written, from));
    const held = deployment.exitCode === 0 ? written : from;
    if (!held || request.signal.aborted) return { deployment, probes: [] };
    const asked = (probe: Omit<ProbeResult, 'reachable'>) =>
      isDeclared(held.topology, ground.topology, probe);
    return { deployment, probes: await timed(words.probe, () => network.probeAll(asked)) };
  };
  try {
    if (!base) return { hosts, leftOut, ...(await stage(ALONE, head)), phases };
    const before = await stage(BEFORE, base);
    const isUp = before.deployment.exitCode === 0 && !request.signal.aborted;
    const after = isUp ? await stage(ALONE, head, base) : before;
    return { hosts, leftOut, ...after, base: before, phases };
  } finally {
    await timed('take down', () => network.down());
  }
}

interface Words {
  readonly deploy: string;
  readonly probe: string;
}

const ALONE: Words = { deploy: 'deploy', probe: 'probe' };
const BEFORE: Words = { deploy: 'deploy the base', probe: 'probe the base' };

/** Whether everything that was declared is reached, at every stage, and at least something was asked. */
export function isComplete({ deployment, probes, base }: Rehearsal): boolean {
  const stages = [...(base ? [base] : []), { deployment, probes }];
  return stages.every(
    (each) =>
      each.deployment.exitCode === 0 &&
      each.probes.length > 0 &&
      each.probes.every((probe) => probe.reachable),
  );
}
