import type { HostName } from '../../core/model/name.ts';
import type { Topology } from '../../core/model/topology.ts';
import type { HostSpec } from './host-spec.ts';
import type { Keeper } from './keeper.ts';
import type { Finished, RunOptions } from './run.ts';

/** One host of a network, up. */
export interface Host {
  readonly name: HostName;
  /** Runs a command in the host's namespaces and root. */
  exec(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs a command beside the host's processes, so that it ends with them, but in its pod's network and the machine's root. */
  execInPod(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Ends all its processes and its kernel state and boots it again from its disk. */
  reboot(): Promise<void>;
}

export interface Site {
  readonly keeper: Keeper;
  /** The namespace of the switch that the host is plugged into. */
  readonly switchNamespace: string;
}

/** What a network's hosts are made of: the twin has light ones, the lab of the tests full ones with systemd. */
export interface HostKind {
  /** Lays down what all hosts share. */
  prepare(keeper: Keeper, topology: Topology, deployerKey: string): void;
  /** Boots a host whose namespaces are there, wired and empty. Resolves when its sshd listens. */
  boot(spec: HostSpec, site: Site): Promise<Host>;
  /** The command that brings the host's configured tunnel up for the first time. */
  startTunnel(tunnel: string): readonly string[];
  /** The command that ends when everything that a boot starts has run. */
  finishBoot(tunnel: string): readonly string[];
}
