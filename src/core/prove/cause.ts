import { containsAddress } from '../model/address.ts';
import type { Place } from '../model/diagnostic.ts';
import { HUB } from '../model/name.ts';
import { inTopology } from '../model/place.ts';
import type { Failure } from '../model/proof.ts';
import { hosts, type Topology } from '../model/topology.ts';

/** The place in the topology or keys that is most likely behind a failure: what has to be looked at first. */
export function causeOf(failure: Failure, topology: Topology): Place {
  const { reason, host, peer, address } = failure;
  switch (reason) {
    case 'source-filtered':
    case 'not-a-peer':
      return placeOf(peer, topology);
    case 'unknown-key':
      return keyOf(host, topology);
    case 'no-route':
    case 'no-peer':
    case 'astray':
    case 'other-way-back':
      return rangeOf(failure, topology) ?? placeOf(host, topology);
    case 'too-large':
      return inTopology('wireguard');
    case 'endpoint-wrong':
    case 'handshake-blocked':
      return topology.hub.endpoint.at;
    case 'next-hop-unreachable':
      return addressOf(address.text, topology) ?? placeOf(host, topology);
    default:
      return placeOf(host, topology);
  }
}

function placeOf(name: string | undefined, topology: Topology): Place {
  const host = hosts(topology).find((each) => each.name === name);
  return !host || host.name === HUB ? topology.hub.at : { ...host.at, on: 'key' };
}

function keyOf(name: string, topology: Topology): Place {
  const host = hosts(topology).find((each) => each.name === name);
  return host?.enrolment.publicKey?.at ?? placeOf(name, topology);
}

/** What the address is declared by: of an answer that comes another way, the service that was asked. */
function rangeOf({ reason, host, address }: Failure, topology: Topology): Place | undefined {
  const ranges = topology.clusters.flatMap((cluster) => cluster.ranges);
  if (reason === 'other-way-back') {
    const cluster = topology.clusters.find(({ nodes }) => nodes.some(({ name }) => name === host));
    return cluster?.ranges.find(({ kind }) => kind === 'services')?.at;
  }
  return (
    ranges.find(({ prefix }) => containsAddress(prefix, address))?.at ?? addressOf(address.text, topology)
  );
}

function addressOf(text: string, topology: Topology): Place | undefined {
  return hosts(topology)
    .flatMap((host) => [...host.tunnel, ...('addresses' in host ? host.addresses : [])])
    .find(({ value }) => value.text === text)?.at;
}
