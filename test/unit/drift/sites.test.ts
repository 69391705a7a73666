import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDrift } from '../../../src/app/drift/merge.ts';
import { siteJobs } from '../../../src/app/site-jobs.ts';
import type { Topology } from '../../../src/core/model/topology.ts';
import { driftJson } from '../../../src/core/report/drift-json.ts';
import { example } from '../../examples.ts';
import { DRIFT, IN_SYNC } from '../../golden/report/drift.ts';

const TOPOLOGY = example('two-clusters');

/** As many clusters as there are sizes, of so many nodes. */
function fleet(sizes: readonly number[]): Topology {
  const [cluster] = TOPOLOGY.clusters;
  const [node] = cluster!.nodes;
  return {
    ...TOPOLOGY,
    clusters: sizes.map((size, i) => ({
      ...cluster!,
      name: `c${i}`,
      nodes: Array.from({ length: size }, () => node!),
    })),
  };
}

describe('the sites of a network', () => {
  it('are a job each where that is few enough', () => {
    expect(siteJobs(TOPOLOGY, 256).map(({ name, hosts }) => [name, hosts])).toEqual([
      ['hub', 1],
      ['cluster1', 3],
      ['cluster2', 3],
    ]);
  });

  it('are each in exactly one job, in no more jobs than asked for, whatever their sizes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 300 }), (each, jobs) => {
        const found = siteJobs(fleet(each), jobs);
        expect(found.length).toBeLessThanOrEqual(Math.min(jobs, 256));
        const names = found.flatMap(({ sites }) => sites);
        expect(new Set(names).size).toBe(names.length);
        expect(names.length).toBe(each.length + 1);
        expect(found.reduce((sum, { hosts }) => sum + hosts, 0)).toBe(each.reduce((sum, n) => sum + n, 1));
      }),
      { numRuns: 50 },
    );
  });
});

describe('checks of several sites', () => {
  it('make the report that one check would have made', () => {
    const whole = mergeDrift([JSON.parse(JSON.stringify(driftJson(DRIFT)))])!;
    expect(driftJson(whole)).toEqual(driftJson(DRIFT));
    expect(driftJson(mergeDrift([driftJson(IN_SYNC), driftJson(DRIFT)])!)).toEqual(driftJson(DRIFT));
  });

  it.each([
    [[]],
    [[{}]],
    [[driftJson(IN_SYNC), undefined]],
    [[{ kuiil: 1, kind: 'deploy' }]],
    [[[driftJson(DRIFT)]]],
  ])('make none where one is missing: %j', (documents) => expect(mergeDrift(documents)).toBeUndefined());
});
