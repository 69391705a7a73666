import type { Hop, TracedPacket } from '../model/proof.ts';
import { code, prose } from './escape-markdown.ts';
import { lineWords } from './proof.ts';
import { hopWords, packetWords, traceVerdict } from './trace.ts';

/** The packet, how it ends, and a list of hosts for the way and the return. */
export function traceMarkdown(packet: TracedPacket): string {
  const { way, back, line } = packet;
  const where = line ? ` (${code(lineWords(line))})` : '';
  return [
    `**${prose(packetWords(packet), 500)}: ${prose(traceVerdict(packet), 500)}**${where}\n`,
    leg('Way', way),
    ...(back.length > 0 ? [leg('Return', back)] : []),
  ].join('\n');
}

function leg(name: string, hops: readonly Hop[]): string {
  const rows = hops.map((hop, i) => `${i + 1}. ${code(hop.host)}: ${prose(hopWords(hop).join('; '), 1000)}`);
  return [`${name}:`, '', ...rows, ''].join('\n');
}
