import type { DriftCode } from '../../../src/core/model/drift.ts';
import { hostName, type HostName } from '../../../src/core/model/name.ts';

/** One way to break what Kuiil owns, or the way that packets take, on hosts of examples/two-clusters. */
export interface Act {
  readonly name: string;
  /** Where it makes sense; one of them is taken. */
  readonly on: readonly HostName[];
  /** Bash, with `set -eu`. */
  readonly script: string;
  /** What has to be found on that host: code and subject. */
  readonly finds: readonly Found[];
  /** What a person does about it, where `--heal` leaves it alone. */
  readonly undo?: string;
  /** Acts of one kind do not go together on one host. */
  readonly touches: 'interface' | 'peers' | 'rules' | 'routes' | 'forwarding' | 'boot' | 'key' | 'units';
  /** Nothing else can be broken on that host: what it is on is gone. */
  readonly sole?: boolean;
  /** Hosts behind this one cannot be reached meanwhile. */
  readonly cuts?: boolean;
}

export type Found = readonly [code: DriftCode, subject: string | RegExp];

export const ROUTER = hostName('cluster1', 'c1-master');
export const NODE = hostName('cluster2', 'c2-node1');

export function act(
  name: string,
  on: readonly HostName[],
  touches: Act['touches'],
  script: string,
  finds: readonly Found[],
  cuts = false,
): Act {
  return { name, on, touches, script, finds, cuts };
}
