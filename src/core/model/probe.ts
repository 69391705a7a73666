import type { Family } from './address.ts';
import type { HostName } from './name.ts';

export const PROBE_KINDS = [
  'node-node',
  'pod-pod',
  'node-service',
  'pod-service',
  'node-hub',
  'hub-node',
] as const;

export type ProbeKind = (typeof PROBE_KINDS)[number];

/** What became of packets sent from one end to another: for a pod or service, `from` and `to` are the nodes it lives on. */
export interface ProbeResult {
  readonly kind: ProbeKind;
  readonly from: HostName;
  readonly to: HostName;
  readonly family: Family;
  readonly reachable: boolean;
}
