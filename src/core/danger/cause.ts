import { covers, isPrefix, parsePrefix } from '../model/address.ts';
import type { CausedDanger, Danger } from '../model/danger.ts';
import type { Place } from '../model/diagnostic.ts';
import { HUB } from '../model/name.ts';
import { inTopology } from '../model/place.ts';
import { hosts, type Topology } from '../model/topology.ts';

/** The danger with the place in the new topology or keys that causes it; of what is gone, the place that it is gone from. */
export function cause(danger: Danger, head: Topology): CausedDanger {
  return { ...danger, at: placeOf(danger, head) };
}

function placeOf({ code, subject }: Danger, head: Topology): Place {
  const { hub, wireguard } = head;
  switch (code) {
    case 'hub-endpoint':
      return hub.endpoint.at;
    case 'tunnel-subnet':
      return wireguard.subnets[0]?.at ?? inTopology('wireguard');
    case 'interface-bounced':
      return inTopology('wireguard', 'interface');
    case 'last-path':
      return head.clusters.find(({ name }) => name === subject)?.at ?? inTopology('clusters');
    case 'range-moved':
      return rangeOf(subject, head);
    case 'hub-key':
    case 'router-key':
      return find(subject, head)?.enrolment.publicKey?.at ?? { source: 'keys', path: [subject] };
    case 'host-key':
      return { source: 'keys', path: [subject] };
    case 'ssh-address':
    case 'ssh-road':
      return sshOf(subject, head);
  }
}

function rangeOf(text: string, head: Topology): Place {
  const prefix = parsePrefix(text);
  const ranges = head.clusters.flatMap((cluster) => [
    ...cluster.nodes.flatMap((node) => node.podCIDRs.map(({ value, at }) => ({ prefix: value, at }))),
    ...cluster.ranges,
  ]);
  const range = isPrefix(prefix) ? ranges.find((each) => covers(each.prefix, prefix)) : undefined;
  return range?.at ?? inTopology('clusters');
}

/** Where no SSH address is written, the host's own one is dialled. */
function sshOf(subject: string, head: Topology): Place {
  const host = find(subject, head);
  if (!host) return inTopology('clusters');
  if (host.name === HUB && host.ssh.host === undefined) return head.hub.endpoint.at;
  return host.ssh.at.path.length > 0 ? host.ssh.at : host.at;
}

function find(subject: string, head: Topology) {
  return hosts(head).find(({ name }) => name === subject);
}
