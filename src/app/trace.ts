import { compile } from '../core/compile/compile.ts';
import type { TracedPacket } from '../core/model/proof.ts';
import type { Topology } from '../core/model/topology.ts';
import { aim } from '../core/prove/aim.ts';
import { causeOf } from '../core/prove/cause.ts';
import { trace } from '../core/prove/trace.ts';
import { world } from '../core/prove/world.ts';
import type { Locate } from './dangers.ts';
import { surroundingsOf } from './proof.ts';

export interface TraceRequest {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
}

/** One packet and its answer, by what the hosts would be told; or a sentence about what is wrong with the question. */
export function tracePacket(
  topology: Topology,
  { from, to, port }: TraceRequest,
  locate: Locate,
): TracedPacket | string {
  const scene = world(compile(topology), surroundingsOf(topology));
  const [sources, targets] = [aim(scene, from).sources, aim(scene, to).targets];
  if (sources.length === 0) return unknown(from);
  if (targets.length === 0) return unknown(to);
  const pairs = sources.flatMap((source) =>
    targets
      .filter((target) => target.address.family === source.address.family)
      .map((target) => ({ source, target })),
  );
  const [pair] = pairs;
  if (!pair) return `${from} and ${to} have no address family in common`;
  const { source, target } = pair;
  if (source.host === target.host || source.host.split('/')[0] === target.host.split('/')[0])
    return `${from} and ${to} are in one place: packets between them do not go through the tunnel`;
  const protocol = target.kind === 'hub' && port === undefined ? 'icmp' : 'tcp';
  const asked = { from: source, to: target, protocol, ...(port === undefined ? {} : { port }) } as const;
  const traced = trace(scene, asked);
  const line = traced.failure && locate(causeOf(traced.failure, topology));
  return { ...asked, ...traced, ...(line ? { line } : {}) };
}

function unknown(text: string): string {
  return `${text} is nothing enrolled in this topology: write hub, CLUSTER/NODE, CLUSTER/nodes, CLUSTER/pods, CLUSTER/services, CLUSTER/RANGE, or an address in one of its ranges`;
}
