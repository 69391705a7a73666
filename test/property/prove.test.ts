import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { proof, surroundingsOf } from '../../src/app/proof.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import type { Proof } from '../../src/core/model/proof.ts';
import { prove } from '../../src/core/prove/prove.ts';
import { faultChoices, withFaults } from './faults.ts';
import { networks, texts, type Network } from './networks.ts';

function topologyOf(network: Network): { topology: Topology; codes: readonly string[] } {
  const { topology, keys } = texts(network);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const { value, diagnostics } = check({
    topology: { file: 'topology.yaml', bytes: bytes(topology) },
    keys: { file: 'topology.keys.yaml', bytes: bytes(keys) },
  });
  if (!value) throw new Error(`the generated network is refused:\n${topology}`);
  return { topology: value, codes: diagnostics.map(({ code }) => code) };
}

/** Which pairs fail and why; which of several failing stations is named first may differ. */
function verdicts({ unreached, roads }: Proof): readonly string[] {
  return [
    ...unreached.map(
      ({ from, to, failure }) =>
        `${from.family} ${from.place}/${from.name} ${to.place}/${to.name} ${failure.reason} ${failure.host}`,
    ),
    ...roads.map(({ road, host, failure }) => `${road} ${host} ${failure.reason}`),
  ];
}

describe('the proof, for any network', () => {
  it('finds everything reached that is declared, but for what a diagnostic warns of', () => {
    fc.assert(
      fc.property(networks, (network) => {
        const { topology, codes } = topologyOf(network);
        const { unreached, roads } = proof(topology);
        const unwarned = unreached.filter(({ from, to, failure }) => {
          const pods = failure.reason === 'source-filtered' && codes.includes('pods/no-slice');
          const ways =
            failure.reason === 'other-way-back' &&
            to.kind === 'services' &&
            codes.includes('services/without-pods');
          return !(pods && [from.kind, to.kind].includes('pods')) && !ways;
        });
        expect(verdicts({ ends: [], unreached: unwarned, roads })).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('says the same of a faulty fleet with its short cuts as without', () => {
    fc.assert(
      fc.property(
        networks,
        faultChoices,
        fc.constantFrom(true, false, 'unknown' as const),
        (network, choices, masquerade) => {
          const { topology } = topologyOf(network);
          const around = surroundingsOf(topology);
          const clusters = around.clusters.map((cluster) => ({ ...cluster, masquerade }));
          const fleet = withFaults(compile(topology), choices);
          const surroundings = { ...around, clusters };
          expect(verdicts(prove(fleet, surroundings))).toEqual(
            verdicts(prove(fleet, surroundings, { eachPair: true })),
          );
        },
      ),
      { numRuns: 80 },
    );
  });
});
