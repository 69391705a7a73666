import { finding } from '../codes/finding.ts';
import { comparePrefix, type Prefix } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { type DeclaredRange, declaredRanges, describeRange, slices } from './declared-range.ts';

/**
 * Two ranges that share addresses. Of two blocks that do, one holds the other, so that a sorted sweep with the
 * blocks that are still open meets every pair of neighbours; each range is told once, with the narrowest that holds it.
 */
export function overlap(topology: Topology): readonly Finding[] {
  const ranges = [...declaredRanges(topology), ...slices(topology)];
  ranges.sort((a, b) => comparePrefix(a.prefix, b.prefix));
  const open: DeclaredRange[] = [];
  const findings: Finding[] = [];
  for (const range of ranges) {
    while (open.length > 0 && endsBefore(open.at(-1)?.prefix, range.prefix)) open.pop();
    const outer = open.at(-1);
    if (outer && !isOwnSlice(range, outer)) findings.push(overlapping(range, outer));
    open.push(range);
  }
  return findings;
}

function endsBefore(a: Prefix | undefined, b: Prefix): boolean {
  return a === undefined || a.family !== b.family || a.end < b.start;
}

function isOwnSlice(inner: DeclaredRange, outer: DeclaredRange): boolean {
  return inner.kind === 'slice' && outer.kind === 'pods' && inner.cluster === outer.cluster;
}

function overlapping(inner: DeclaredRange, outer: DeclaredRange): Finding {
  return finding('net/cidr-overlap', {
    at: inner.at,
    message: `${describeRange(inner)}, overlaps ${describeRange(outer)}`,
    hint: 'renumber one of the two: every address belongs to one place',
    related: [{ at: outer.at, message: `${describeRange(outer)}, is here` }],
  });
}
