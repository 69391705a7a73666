import type { Place } from '../core/model/diagnostic.ts';
import { HUB } from '../core/model/name.ts';
import { inTopology } from '../core/model/place.ts';
import type { End, Proof, Reach, ReachChange } from '../core/model/proof.ts';
import { activeRouter, type Topology } from '../core/model/topology.ts';
import { causeOf } from '../core/prove/cause.ts';
import { compareReach, type PairChange } from '../core/prove/reach.ts';
import type { Locate } from './dangers.ts';

// Nobody reads more, and the addition of a cluster to a thousand others has tens of thousands.
const MAX_CHANGES = 2000;

interface Side {
  readonly topology: Topology;
  readonly proof: Proof;
}

/** Who gains and who loses reach from one topology to another, with the line of the new one that causes it. */
export function reachChanges(base: Side, head: Side, locate: Locate): Reach {
  const changes: ReachChange[] = [];
  const counts = { gained: 0, lost: 0 };
  const lines = new Map<string, ReturnType<Locate>>();
  compareReach(base.proof, head.proof, (pair) => {
    counts[pair.change]++;
    if (changes.length >= MAX_CHANGES) return;
    const { change, from, to } = pair;
    const place = causeOfChange(pair, base, head);
    const key = JSON.stringify(place);
    const line = lines.get(key) ?? locate(place);
    lines.set(key, line);
    changes.push({ change, from, to, ...line });
  });
  return { ...counts, changes };
}

/** The end that comes or goes; where both were there before, what makes or made it fail. */
function causeOfChange({ change, from, to, failed }: PairChange, base: Side, head: Side): Place {
  if (failed) return causeOf(failed.failure, head.topology);
  const other = change === 'gained' ? base.proof : head.proof;
  const moved = [to, from].find((end) => !other.ends.some((each) => isSame(each, end))) ?? to;
  return change === 'gained'
    ? whereAdded(moved, base.topology, head.topology)
    : whereGone(moved, head.topology);
}

/** The range, or the cluster's nodes; what was declared before comes by being enrolled. */
function whereAdded(end: End, base: Topology, head: Topology): Place {
  if (end.kind === 'hub') return head.hub.enrolment.publicKey?.at ?? head.hub.at;
  const cluster = head.clusters.find(({ name }) => name === end.place);
  const router = cluster && activeRouter(cluster);
  const range = cluster?.ranges.find((each) => each.name === end.name && each.prefix.family === end.family);
  const wasDeclared = base.clusters
    .find(({ name }) => name === end.place)
    ?.ranges.some((each) => each.name === end.name && each.prefix.family === end.family);
  const enrolled = router?.enrolment.publicKey?.at;
  return (wasDeclared ? enrolled : range?.at) ?? range?.at ?? cluster?.at ?? inTopology('clusters');
}

/** What is gone has no line: the cluster that it is gone from, or the list that the cluster is gone from. */
function whereGone(end: End, head: Topology): Place {
  if (end.place === HUB) return head.hub.at;
  const cluster = head.clusters.find(({ name }) => name === end.place);
  return cluster ? { ...cluster.at, on: 'key' } : { ...inTopology('clusters'), on: 'key' };
}

function isSame(a: End, b: End): boolean {
  return a.place === b.place && a.kind === b.kind && a.name === b.name && a.family === b.family;
}
