import { finding } from '../codes/finding.ts';
import { containsAddress } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { declaredRanges, describeRange } from './declared-range.ts';

/** An endpoint that the tunnel itself would carry (Kilo issue 83). */
export function endpoint(topology: Topology): readonly Finding[] {
  const { address, at } = topology.hub.endpoint;
  const range = address && declaredRanges(topology).find(({ prefix }) => containsAddress(prefix, address));
  if (!range) return [];
  return [
    finding('hub/endpoint-in-tunnel', {
      at,
      message: `the endpoint \`${address.text}\` lies in ${describeRange(range)}`,
      hint: 'write an address of the hub that lies in none of the ranges',
      related: [{ at: range.at, message: 'the range is here' }],
    }),
  ];
}
