import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { inTopology } from '../model/place.ts';
import { families, type Topology } from '../model/topology.ts';
import { declaredRanges, describeRange } from './declared-range.ts';

/** Ranges of a family that the tunnel does not carry. */
export function wrongFamily(topology: Topology): readonly Finding[] {
  const carried = families(topology);
  return declaredRanges(topology)
    .filter((range) => !carried.includes(range.prefix.family))
    .map((range) =>
      finding('net/wrong-family', {
        at: range.at,
        message: `${describeRange(range)}, is IPv${range.prefix.family}, which the tunnel does not carry`,
        hint: `add an IPv${range.prefix.family} range to \`wireguard.subnet\`, or remove this one`,
        restsOn: [inTopology('wireguard', 'subnet')],
      }),
    );
}
