import type { Locate } from '../../../app/dangers.ts';
import { isComplete, locatedProof } from '../../../app/proof.ts';
import { tracePacket } from '../../../app/trace.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { proofJson } from '../../../core/report/proof-json.ts';
import { proofMarkdown } from '../../../core/report/proof-markdown.ts';
import { proofText } from '../../../core/report/proof.ts';
import { traceJson } from '../../../core/report/trace-json.ts';
import { traceMarkdown } from '../../../core/report/trace-markdown.ts';
import { traceText } from '../../../core/report/trace.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

/** Who reaches whom. Exit code 1 when something that is declared is not reached. */
export function proved(world: World, topology: Topology, locate: Locate): Result {
  const proof = locatedProof(topology, locate);
  return {
    exit: isComplete(proof) ? 0 : 1,
    text: () => proofText(proof, paint(world.stdout)),
    json: () => proofJson(proof),
    markdown: () => proofMarkdown(proof),
  };
}

interface TraceArguments {
  readonly from: string;
  /** `DST[:PORT]`, an IPv6 address with a port in brackets. */
  readonly to: string;
}

/** One packet's way and return. Exit code 1 when it does not arrive, or the answer does not. */
export function traced(
  world: World,
  topology: Topology,
  { from, to }: TraceArguments,
  locate: Locate,
): Result {
  const packet = tracePacket(topology, { from, ...destination(to) }, locate);
  if (typeof packet === 'string') throw new UsageError(packet);
  return {
    exit: packet.failure ? 1 : 0,
    text: () => traceText(packet, paint(world.stdout)),
    json: () => traceJson(packet),
    markdown: () => traceMarkdown(packet),
  };
}

function destination(text: string): { readonly to: string; readonly port?: number } {
  const bracketed = /^\[(?<to>[^\]]*)\](?::(?<port>\d+))?$/.exec(text)?.groups;
  // An IPv6 address without brackets has no port.
  const plain = /^(?<to>[^:]*)(?::(?<port>\d+))?$/.exec(text)?.groups;
  const { to = text, port } = bracketed ?? plain ?? {};
  if (port === undefined) return { to };
  if (Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(`\`${port}\` is no port: write 1 to 65535`);
  return { to, port: Number(port) };
}
