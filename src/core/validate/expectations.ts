import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { HUB } from '../model/name.ts';
import { inTopology } from '../model/place.ts';
import type { Located, Selector, Topology } from '../model/topology.ts';

/** Expectations that name nothing, or say something of services that only others can do. */
export function expectations(topology: Topology): readonly Finding[] {
  return topology.expectations.flatMap(({ from, to }) => [
    ...[from, to].filter((side) => !isKnown(side.value, topology)).map(unknown),
    ...(from.value.name === 'services' && isKnown(from.value, topology) ? [fromServices(from)] : []),
  ]);
}

function isKnown({ place, name }: Selector, { clusters }: Topology): boolean {
  if (place === 'all' || place === HUB) return name === undefined;
  const cluster = clusters.find((each) => each.name === place);
  if (!cluster || name === undefined) return cluster !== undefined;
  const known = ['nodes', 'pods', 'services', ...cluster.ranges.map((range) => range.name)];
  return known.includes(name) || cluster.nodes.some(({ node }) => node === name);
}

function unknown({ value, at }: Located<Selector>): Finding {
  return finding('expect/unknown', {
    at,
    message: `${quote(value.text)} names nothing in this topology`,
    hint: 'write `all`, `hub`, a cluster, or a cluster and `/nodes`, `/pods`, `/services`, a range or a node of it',
    restsOn: [inTopology('clusters')],
  });
}

function fromServices({ value, at }: Located<Selector>): Finding {
  return finding('expect/from-services', {
    at,
    message: `${quote(value.text)} starts no connections: services only answer`,
    hint: `expect something of ${quote(`${value.place}/nodes`)} or ${quote(`${value.place}/pods`)}`,
  });
}
