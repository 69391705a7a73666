import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/app/check.ts';
import { wantedOf } from '../../../src/app/deploy/wanted.ts';
import { fleetLines } from '../../../src/app/digest.ts';
import { sight } from '../../../src/app/drift/sight.ts';
import { compareHost } from '../../../src/core/drift/compare.ts';
import { hosts, type Topology } from '../../../src/core/model/topology.ts';
import { answerOf, snapshotOf } from '../../fakes/snapshot.ts';
import { networks, texts } from '../../property/networks.ts';
import { noises } from './noise.ts';

describe('a host that is as it was confirmed', () => {
  it('is never reported, whatever roams, counts or stands beside it: more than 1,000 random checks', () => {
    let compared = 0;
    fc.assert(
      fc.property(networks, noises, (network, noise) => {
        const topology = topologyOf(network);
        const wanted = wantedOf(topology);
        const remembered = new Map(
          [...wanted].map(([host, { release }]) => [host as string, release.digest]),
        );
        for (const [host, { release }] of wanted) {
          const node = hosts(topology).find(({ name }) => name === host)!;
          const lan = 'addresses' in node ? node.addresses : [];
          const fleet =
            host === 'hub'
              ? { fleet: fleetLines(new Map([...wanted].map(([name, each]) => [name, each.release]))) }
              : {};
          const sections = snapshotOf({ release, address: undefined, ...fleet });
          sections
            .get('ip')!
            .push(
              ...lan.map(
                ({ value }) =>
                  `2: eth0    ${value.family === 4 ? 'inet' : 'inet6'} ${value.text}/24 scope global eth0`,
              ),
            );
          for (const [, apply] of noise) apply(sections);
          const seen = sight(host, answerOf(sections), { topology, wanted, remembered });
          expect(compareHost(seen), host).toEqual([]);
          compared++;
        }
      }),
      { numRuns: 130 },
    );
    expect(compared).toBeGreaterThan(1000);
  });
});

function topologyOf(network: Parameters<typeof texts>[0]): Topology {
  const { topology, keys } = texts(network);
  const { value, diagnostics } = check({
    topology: { file: 'topology.yaml', bytes: new TextEncoder().encode(topology) },
    keys: { file: 'topology.keys.yaml', bytes: new TextEncoder().encode(keys) },
  });
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return value;
}
