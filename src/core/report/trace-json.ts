import type { Hop, Station, TracedPacket } from '../model/proof.ts';
import type { Document, Json } from './document.ts';
import { lineJson, reasonJson } from './proof-json.ts';
import { reasonSentence } from './reasons.ts';

/** The document of kind `trace`. */
export function traceJson({ from, to, protocol, port, way, back, failure, line }: TracedPacket): Document {
  return {
    kuiil: 1,
    kind: 'trace',
    from: stationJson(from),
    to: stationJson(to),
    protocol,
    port: port ?? null,
    reachable: failure === undefined,
    way: way.map(hopJson),
    back: back.map(hopJson),
    reason: failure
      ? { ...reasonJson(failure, reasonSentence(failure)), ...(line ? lineJson(line) : {}) }
      : null,
  };
}

function stationJson({ kind, host, address }: Station): Json {
  return { kind, host, address: address.text };
}

function hopJson({
  host,
  in: from,
  out,
  source,
  destination,
  taken,
  service,
  route,
  verdict,
  peer,
}: Hop): Json {
  return {
    host,
    in: from,
    out: out ?? null,
    source: source.text,
    destination: destination.text,
    takenFrom: taken ? { peer: taken.peer, prefix: taken.prefix.text } : null,
    service: service ?? null,
    route: route ? { prefix: route.prefix.text, via: route.via?.text ?? null } : null,
    verdict: verdict
      ? 'chain' in verdict
        ? { chain: verdict.chain, rule: verdict.rule }
        : { policy: verdict.policy }
      : null,
    peer: peer ? { name: peer.name, prefix: peer.prefix.text } : null,
  };
}
