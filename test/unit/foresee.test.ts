import { describe, expect, it } from 'vitest';
import { foresee } from '../../src/app/foresee.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import { endName } from '../../src/core/report/proof-rows.ts';
import { planVerdict } from '../../src/core/report/plan-words.ts';
import { reachLines } from '../../src/core/report/reach.ts';
import { edited, RACK, RACK_KEYS, replaced } from './steps-scenes.ts';

type Examined = ReturnType<typeof edited>;

const two = edited('two-clusters');
const five = edited('five-clusters');
const plain = { name: (text: string) => text };

function plan(base: Examined | undefined, head: Examined): Plan {
  return foresee(base?.value, head.value, head.locate);
}

/** `lost hub cluster2/services 25`, with the line that causes it. */
function changes(step: Plan): readonly string[] {
  return (step.foresight?.reach.changes ?? []).map(
    ({ change, from, to, span }) => `${change} ${endName(from)} ${endName(to)} ${span.line}`,
  );
}

describe('who gains and loses reach', () => {
  it('is nobody where nothing changes', () => {
    expect(plan(two, two).foresight).toEqual({ reach: { gained: 0, lost: 0, changes: [] }, gaps: [] });
  });

  it('is not asked where nothing was before', () => expect(plan(undefined, two).foresight).toBeUndefined());

  it('is everybody who used a range that goes, with the cluster that it goes from', () => {
    const without = edited('two-clusters', replaced(/^ {4}serviceCIDR: 10\.97.*\n/m, ''));
    const step = plan(two, without);
    expect(changes(step)).toEqual([
      'lost hub cluster2/services 20',
      'lost cluster1/nodes cluster2/services 20',
      'lost cluster1/pods cluster2/services 20',
    ]);
    expect(reachLines(step.foresight!.reach, plain)).toEqual([
      'hub and cluster1 (nodes, pods) lose cluster2/services because of topology.yaml:20',
    ]);
  });

  it('is everybody on both sides where a cluster comes, with the lines of its ranges', () => {
    const without = edited('five-clusters', replaced(RACK, ''), replaced(RACK_KEYS, ''));
    const { gained, lost, changes: all } = plan(without, five).foresight!.reach;
    expect(lost).toBe(0);
    expect(gained).toBe(all.length);
    expect(all.every(({ from, to }) => [from.place, to.place].includes('rack'))).toBe(true);
    expect(new Set(all.map(({ span }) => span.line))).toEqual(new Set([32, 33, 34]));
  });

  it('is named with the keys where a cluster is only enrolled', () => {
    const pending = edited('five-clusters', undefined, replaced(RACK_KEYS, ''));
    const { gained, changes: all } = plan(pending, five).foresight!.reach;
    expect(gained).toBeGreaterThan(20);
    expect(new Set(all.map(({ file }) => file))).toEqual(new Set(['topology.keys.yaml']));
  });

  it('is who loses a way although both ends stay', () => {
    const bare = edited('five-clusters', replaced(', podCIDR: 10.110.241.0/24', ''));
    const lost = plan(five, bare).foresight!.reach.changes;
    expect(lost.map(({ change }) => change)).toContain('lost');
    expect(lost.every(({ from, to }) => [endName(from), endName(to)].includes('headquarters/pods'))).toBe(
      true,
    );
    expect(new Set(lost.map(({ span }) => span.line))).toEqual(new Set([21]));
  });
});

describe('every step of a deployment', () => {
  it.each([
    ['a range that goes', edited('two-clusters', replaced(/^ {4}serviceCIDR: 10\.97.*\n/m, ''))],
    ['a range that is renumbered', edited('two-clusters', replaced('10.97.0.0/16', '10.98.0.0/16'))],
    [
      'another tunnel address',
      edited('two-clusters', replaced('tunnel: 192.168.99.10', 'tunnel: 192.168.99.20')),
    ],
    [
      'another port of the hub',
      edited('two-clusters', replaced('endpoint: 203.0.113.1', 'endpoint: 203.0.113.1:443')),
    ],
  ])('holds with %s', (_, head) => expect(plan(two, head).foresight!.gaps).toEqual([]));

  it('holds where a cluster comes and where it goes, and only then no interruption is promised', () => {
    const without = edited('five-clusters', replaced(RACK, ''), replaced(RACK_KEYS, ''));
    for (const step of [plan(without, five), plan(five, without)]) {
      expect(step.foresight!.gaps).toEqual([]);
      expect(planVerdict(step)).toContain('no traffic is interrupted');
      const { foresight: _, ...unproved } = step;
      expect(planVerdict(unproved)).not.toContain('no traffic is interrupted');
    }
  });

  it('does not hold where the router moves: between the hub and the nodes it is neither way', () => {
    const moved = edited('five-clusters', replaced('[gw-a, gw-b]', '[gw-b, gw-a]'));
    const [gap, ...others] = plan(five, moved).foresight!.gaps;
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ phase: 'switch', hosts: ['hub'] });
    expect(gap!.unreached.map(({ failure }) => failure.reason)).toContain('source-filtered');
    expect(gap!.roads.filter(({ road }) => road === 'ssh')).toEqual([]);
  });

  it('does not hold where the MTU goes down, and the plan does not say that it does', () => {
    const narrow = edited(
      'two-clusters',
      replaced('  subnet: 192.168.99.0/24', '  subnet: 192.168.99.0/24\n  mtu: 1380'),
    );
    const step = plan(two, narrow);
    expect(
      step.foresight!.gaps.flatMap(({ unreached }) => unreached.map(({ failure }) => failure.reason)),
    ).toContain('too-large');
    expect(planVerdict(step)).toContain('traffic is interrupted between the steps');
  });
});
