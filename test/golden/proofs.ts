import { readFileSync } from 'node:fs';
import { check } from '../../src/app/check.ts';
import { locatedProof } from '../../src/app/proof.ts';
import { tracePacket } from '../../src/app/trace.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { HUB } from '../../src/core/model/name.ts';
import type { LocatedProof, TracedPacket } from '../../src/core/model/proof.ts';

const FILE = 'examples/two-clusters/topology.yaml';

/** The example `two-clusters`, one of its nodes not enrolled; broken: the hub lets no questions in and knows nothing of one pod range. */
export function proofOf({ isBroken }: { readonly isBroken: boolean }): LocatedProof {
  const { topology, locate } = checked();
  const fleet = new Map(compile(topology));
  const hub = fleet.get(HUB)!;
  const wireguard = hub.wireguard!;
  const peers = wireguard.peers.map((peer) => ({
    ...peer,
    allowedIPs: peer.allowedIPs.filter(({ text }) => text !== '10.245.0.0/16'),
  }));
  const chains = hub.chains.map((chain) => ({ ...chain, rules: chain.rules.slice(0, 2) }));
  if (isBroken) fleet.set(HUB, { ...hub, chains, wireguard: { ...wireguard, peers } });
  return locatedProof(topology, locate, fleet);
}

export function tracedPacket(from: string, to: string, port?: number): TracedPacket {
  const { topology, locate } = checked();
  const packet = tracePacket(topology, { from, to, ...(port === undefined ? {} : { port }) }, locate);
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

function checked() {
  const keys = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8').replace(
    /^cluster2\/c2-node2:.*\n(?: .*\n)*/m,
    '',
  );
  const examined = check({
    topology: { file: FILE, bytes: readFileSync(FILE) },
    keys: { file: 'topology.keys.yaml', bytes: new TextEncoder().encode(keys) },
  });
  if (!examined.value) throw new Error(JSON.stringify(examined.diagnostics));
  return { topology: examined.value, locate: examined.locate };
}
