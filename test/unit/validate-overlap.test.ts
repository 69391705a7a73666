import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps, parseAddress, prefixOf, type Prefix } from '../../src/core/model/address.ts';
import type { Cluster, Topology } from '../../src/core/model/topology.ts';
import { overlap } from '../../src/core/validate/overlap.ts';
import { checkText, codes, SOUND } from './parse-inputs.ts';

const sound = checkText(SOUND).value!;

const address = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }).map((n) => parseAddress(`10.0.${n >> 8}.${n & 255}`)!),
  fc.integer({ min: 0, max: 0xffff }).map((n) => parseAddress(`fd00::${n.toString(16)}`)!),
);
const prefix = fc
  .tuple(address, fc.integer({ min: 0, max: 12 }))
  .map(([at, bits]) => prefixOf(at, (at.family === 4 ? 32 : 128) - bits));

function withRanges(prefixes: readonly Prefix[]): Topology {
  const clusters = prefixes.map((each, i): Cluster => {
    const at = { source: 'topology', path: ['clusters', `c${i}`, 'subnet'] } as const;
    return {
      name: `c${i}`,
      ranges: [{ kind: 'nodes', name: 'nodes', prefix: each, at }],
      routers: [],
      nodes: [],
      at,
    };
  });
  return { ...sound, clusters };
}

describe('overlap', () => {
  it('finds something exactly when some two ranges overlap, and each pair that it names does', () => {
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 30 }), (prefixes) => {
        const found = overlap(withRanges(prefixes));
        const inOthers = prefixes.filter((a, i) =>
          prefixes.some(
            (b, j) => i !== j && overlaps(a, b) && (a.length > b.length || (a.length === b.length && i > j)),
          ),
        );
        expect(found).toHaveLength(inOthers.length);
        for (const { message } of found) {
          const [inner, outer] = [...message.matchAll(/`([^`]+\/\d+)`/g)].map((match) => match[1]);
          expect(prefixes.filter(({ text }) => text === inner || text === outer).length).toBeGreaterThan(1);
        }
      }),
    );
  });

  it('tells of a thousand equal ranges a thousand times, not a million', () => {
    const same = Array.from({ length: 1000 }, () => prefixOf(parseAddress('10.0.0.0')!, 24));
    expect(overlap(withRanges(same))).toHaveLength(999);
  });
});

describe('ranges that may touch', () => {
  it('takes no slice of the own pod range for an overlap, but one of another cluster', () => {
    const slice = (text: string) =>
      SOUND.replace('tunnel: 192.168.99.10', `tunnel: 192.168.99.10, podCIDR: ${text}`);
    expect(codes(checkText(slice('10.2.9.0/24')))).toEqual([]);
    expect(codes(checkText(slice('10.3.9.0/24')))).toEqual(['net/cidr-overlap', 'pods/outside-cluster']);
  });

  it('takes neighbours for neighbours, and families for different', () => {
    expect(codes(checkText(SOUND.replace('10.3.0.0/16', '10.1.1.0/24')))).toEqual([]);
  });
});
