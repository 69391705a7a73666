import type { Progress } from '../../app/ports.ts';
import type { HostName } from '../../core/model/name.ts';
import type { ProbeResult } from '../../core/model/probe.ts';
import type { Finished, RunOptions } from './run.ts';

export interface BringUpOptions {
  /** How many nodes of each cluster come up beside its routers, at most. */
  readonly sample: number;
  /** Whether the CNI hides pods behind their node's address outside the cluster. */
  readonly masquerade: boolean;
  readonly progress: Progress;
  /** Takes the twin down, also while it is brought up. */
  readonly signal?: AbortSignal;
}

/** A topology's whole network, up on this machine in namespaces of its own. */
export interface TwinNetwork {
  /** What the names of all its namespaces start with. */
  readonly id: string;
  /** The hosts that are up, and those that the sample leaves out; in the order of the topology. */
  readonly hosts: readonly HostName[];
  readonly leftOut: readonly HostName[];
  /** The text of a keys file for exactly the hosts that are up: the others are pending enrolment. */
  readonly keysFile: string;
  /** The same for those of them that are up. */
  keysOf(hosts: readonly HostName[]): string;
  /** The deployer's private SSH key for this twin, in OpenSSH's format. */
  readonly identity: string;
  /** For `ip netns exec`. From there the hub's public address is reachable and nothing else. */
  readonly deployerNamespace: string;
  /** What to put before a command that deploys: it runs in that namespace, and knows the hub by its name. */
  readonly asDeployer: readonly string[];
  /** The hub's public address: the endpoint's, or the one that stands for its name. */
  readonly hubAddress: string;
  /** Runs a command on a host. Resolves for every exit code; 124 is a command that overran its time. */
  exec(host: HostName, argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** The same in the network of the host's pod, with the machine's own files. */
  execInPod(host: HostName, argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Cuts a host's power and boots it from its disk: kernel state is gone, files are kept, its boot units have run. */
  reboot(host: HostName): Promise<void>;
  /**
   * Every ordered pair of clusters, node to node, pod to pod and to services; then nodes and hub. In a fixed order.
   *
   * @param asked which of these to ask; left out: all of them.
   */
  probeAll(asked?: (probe: Omit<ProbeResult, 'reachable'>) => boolean): Promise<readonly ProbeResult[]>;
  /** Takes everything down. Harmless when repeated. */
  down(): Promise<void>;
}
