import { finding } from '../codes/finding.ts';
import { hostPrefix } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Endpoint, Topology } from '../model/topology.ts';
import { declaredRanges, describeRange } from './declared-range.ts';
import { specialBlock } from './special-block.ts';

/** Ranges and an endpoint among addresses that are not routed. Node and tunnel addresses lie in one of the ranges. */
export function specialUse(topology: Topology): readonly Finding[] {
  const ranges = declaredRanges(topology).flatMap((range) => {
    const block = specialBlock(range.prefix);
    if (!block) return [];
    return finding('net/special-use', {
      at: range.at,
      message: `${describeRange(range)}, meets \`${block.prefix.text}\`, which is ${block.use}`,
      hint: 'use a private range, such as one of 10.0.0.0/8 or fd00::/8',
    });
  });
  return [...ranges, ...specialEndpoint(topology.hub.endpoint)];
}

function specialEndpoint({ address, at }: Endpoint): readonly Finding[] {
  const block = address && specialBlock(hostPrefix(address));
  if (!block) return [];
  return [
    finding('net/special-use', {
      at,
      message: `the endpoint \`${address.text}\` lies in \`${block.prefix.text}\`, which is ${block.use}`,
      hint: 'write the address at which the clusters reach the hub',
    }),
  ];
}
