import { finding } from '../codes/finding.ts';
import { covers } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { blocks } from './block.ts';
import { declaredRanges, describeRange } from './declared-range.ts';
import { specialBlock } from './special-block.ts';

const PRIVATE = blocks({
  '10.0.0.0/8': 'RFC 1918',
  '172.16.0.0/12': 'RFC 1918',
  '192.168.0.0/16': 'RFC 1918',
  '100.64.0.0/10': 'RFC 6598',
  '192.0.2.0/24': 'RFC 5737',
  '198.51.100.0/24': 'RFC 5737',
  '203.0.113.0/24': 'RFC 5737',
  '198.18.0.0/15': 'RFC 2544',
  'fc00::/7': 'RFC 4193',
  '2001:db8::/32': 'RFC 3849',
});

/** Ranges that belong to somebody on the internet. */
export function publicRange(topology: Topology): readonly Finding[] {
  return declaredRanges(topology)
    .filter(({ prefix }) => !PRIVATE.some((block) => covers(block.prefix, prefix)) && !specialBlock(prefix))
    .map((range) =>
      finding('net/public-range', {
        at: range.at,
        message: `${describeRange(range)}, holds public addresses`,
        hint: 'use a private range, unless these addresses are your own',
      }),
    );
}
