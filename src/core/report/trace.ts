import type { Hop, Station, TracedPacket, Verdict } from '../model/proof.ts';
import { MAX_NAME, visible } from './escape.ts';
import { PLAIN, type Paint } from './paint.ts';
import { lineWords } from './proof.ts';
import { reasonSentence } from './reasons.ts';

/** The way and the return, host by host, and how it ends on the last line. */
export function traceText(packet: TracedPacket, paint: Paint = PLAIN): string {
  const { way, back } = packet;
  const parts = [
    [paint.bold(packetWords(packet))],
    leg('way', way, paint),
    ...(back.length > 0 ? [leg('return', back, paint)] : []),
    [ending(packet, paint)],
  ];
  return parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** `TCP to port 80 from 10.244.0.0 (a pod on cluster1/c1-node1) to 10.97.0.0 (a service of cluster2)` */
export function packetWords({ from, to, protocol, port }: TracedPacket): string {
  const kind = protocol === 'icmp' ? 'ping' : protocol.toUpperCase();
  const asked = port === undefined ? '' : ` to port ${port}`;
  return `${kind}${asked} from ${stationWords(from)} to ${stationWords(to)}`;
}

/** How it ends: one sentence without a full stop. */
export function traceVerdict({ failure }: TracedPacket): string {
  return failure ? `does not arrive: ${reasonSentence(failure)}` : 'arrives, and the answer comes back';
}

/** What happens to the packet on one host, in order. */
export function hopWords({
  taken,
  service,
  route,
  verdict,
  peer,
  out,
  source,
  destination,
  ...hop
}: Hop): readonly string[] {
  const to = service ? `is for the service, and goes to ${visible(service, MAX_NAME)}` : undefined;
  const words = [
    COMES[hop.in],
    taken && `${source.text} is taken from ${visible(taken.peer, MAX_NAME)} by ${taken.prefix.text}`,
    to,
    route && routeWords(route, out),
    verdict && verdictWords(verdict),
    peer && `peer ${visible(peer.name, MAX_NAME)} by ${peer.prefix.text}`,
    out ? `leaves ${LEAVES[out]} as ${source.text} to ${destination.text}` : undefined,
  ];
  return words.filter((each) => each !== undefined);
}

const COMES = {
  itself: 'sent here',
  pod: 'comes from a pod',
  lan: 'comes over the LAN',
  tunnel: 'comes out of the tunnel',
} as const;

const LEAVES = {
  itself: 'for this host',
  pod: 'to the pod',
  lan: 'over the LAN',
  tunnel: 'into the tunnel',
} as const;

function leg(name: string, hops: readonly Hop[], paint: Paint): readonly string[] {
  return [
    `${name}:`,
    ...hops.flatMap((hop, i) => [
      `  ${i + 1}  ${paint.cyan(visible(hop.host, MAX_NAME))}`,
      ...hopWords(hop).map((words) => `       ${words}`),
    ]),
  ];
}

function stationWords({ kind, host, address, label, isHidden }: Station): string {
  const [cluster = ''] = host.split('/');
  const name = visible(host, MAX_NAME);
  switch (kind) {
    case 'hub':
    case 'nodes':
      return `${address.text} (${name})`;
    case 'pods':
      return `${address.text} (a pod on ${name}${isHidden ? ', which lends it its address' : ''})`;
    case 'services':
      return `${address.text} (a service of ${visible(cluster, MAX_NAME)}, answered on ${name})`;
    case 'other':
      return `${address.text} (in ${visible(label, MAX_NAME)}, behind ${name})`;
  }
}

function routeWords({ prefix, via }: NonNullable<Hop['route']>, out: Hop['out']): string {
  if (via) return `route ${prefix.text} via ${via.text}`;
  return out === 'tunnel'
    ? `route ${prefix.text} into the tunnel`
    : `route ${prefix.text} inside of the cluster`;
}

function verdictWords(verdict: Verdict): string {
  if ('chain' in verdict) return `rule ${verdict.rule} of ${verdict.chain} accepts it`;
  return verdict.policy === 'other'
    ? 'accepted by what is not ours'
    : `no rule matches, and the policy is ${verdict.policy}`;
}

function ending(packet: TracedPacket, paint: Paint): string {
  const { failure, line } = packet;
  const words = visible(traceVerdict(packet));
  const where = line ? ` [${visible(lineWords(line))}]` : '';
  return paint.bold((failure ? paint.red : paint.green)(`${words}${where}`));
}
