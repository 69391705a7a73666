import type { HostName } from '../core/model/name.ts';
import type { ProbeResult } from '../core/model/probe.ts';
import type { Topology } from '../core/model/topology.ts';
import type { Clock, Progress } from './ports.ts';

/** The machine that twins are brought up on. */
export interface TwinHost {
  /** What the machine lacks; empty: a twin can be brought up. */
  missing(): Promise<readonly Missing[]>;
  /** Installs what can be installed. */
  install(progress: Progress): Promise<void>;
  up(topology: Topology, options: TwinOptions): Promise<TwinNetwork>;
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
  /** Runs a deployment of `topologyText` from outside the network, by the program's own command line. */
  deploy(topologyText: string): Promise<TwinDeployment>;
  probeAll(): Promise<readonly ProbeResult[]>;
  down(): Promise<void>;
}

export interface TwinDeployment {
  readonly exitCode: number;
  /** The JSON document that `kuiil deploy` printed; undefined when it printed none. */
  readonly document: unknown;
  /** The end of what it said otherwise. */
  readonly log: string;
}

export interface Rehearsal {
  readonly hosts: readonly HostName[];
  readonly leftOut: readonly HostName[];
  readonly deployment: TwinDeployment;
  /** Empty when the deployment failed: there is nothing to probe. */
  readonly probes: readonly ProbeResult[];
  /** Milliseconds, by phase, in the order in which they ran. */
  readonly phases: ReadonlyMap<string, number>;
}

interface RehearseRequest extends TwinOptions {
  readonly topology: Topology;
  readonly topologyText: string;
}

/**
 * Brings the topology's network up, deploys to it by the code that deploys to real hosts, sends packets between every ordered pair of
 * clusters, and takes it down again, whatever happens in between.
 */
export async function rehearse(request: RehearseRequest, twin: TwinHost, clock: Clock): Promise<Rehearsal> {
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
  const network = await timed('bring up the twin', () => twin.up(request.topology, request));
  try {
    const deployment = await timed('deploy', () => network.deploy(request.topologyText));
    const deployed = deployment.exitCode === 0 && !request.signal.aborted;
    const probes = deployed ? await timed('probe', () => network.probeAll()) : [];
    return { hosts: network.hosts, leftOut: network.leftOut, deployment, probes, phases };
  } finally {
    await timed('take down', () => network.down());
  }
}

/** Whether everything that was declared is reached, and at least something was asked. */
export function isComplete({ deployment, probes }: Rehearsal): boolean {
  return deployment.exitCode === 0 && probes.length > 0 && probes.every((probe) => probe.reachable);
}
