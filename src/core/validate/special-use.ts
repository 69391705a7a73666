import { finding } from '../codes/finding.ts';
import { containsAddress, overlaps } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Endpoint, Topology } from '../model/topology.ts';
import { blocks } from './block.ts';
import { declaredRanges, describeRange } from './declared-range.ts';

// RFC 6890, and RFC 4291 for IPv6: what a kernel does not forward.
const SPECIAL = blocks({
  '0.0.0.0/8': 'reserved for "this host"',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local',
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved',
  '::/128': 'reserved for "no address"',
  '::1/128': 'loopback',
  '::ffff:0:0/96': 'reserved for IPv4 addresses in IPv6 form',
  'fe80::/10': 'link-local',
  'ff00::/8': 'multicast',
});

/** Ranges and an endpoint among addresses that are not routed. Node and tunnel addresses lie in one of the ranges. */
export function specialUse(topology: Topology): readonly Finding[] {
  const ranges = declaredRanges(topology).flatMap((range) => {
    const block = SPECIAL.find(({ prefix }) => overlaps(prefix, range.prefix));
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
  const block = address && SPECIAL.find(({ prefix }) => containsAddress(prefix, address));
  if (!block) return [];
  return [
    finding('net/special-use', {
      at,
      message: `the endpoint \`${address.text}\` lies in \`${block.prefix.text}\`, which is ${block.use}`,
      hint: 'write the address at which the clusters reach the hub',
    }),
  ];
}
