import { describe, expect, it } from 'vitest';
import { cut, cutRoad } from '../../src/app/deploy/roads.ts';
import { surroundingsOf } from '../../src/app/proof.ts';
import { roadGaps } from '../../src/app/steps.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { Wave } from '../../src/core/diff/order.ts';
import { diff } from '../../src/core/diff/diff.ts';
import { HUB, hostName } from '../../src/core/model/name.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import { common } from '../../src/core/prove/common.ts';
import type { View } from '../../src/app/deploy/view.ts';
import { edited, RACK, RACK_KEYS, replaced } from './steps-scenes.ts';

const two = edited('two-clusters').value;
const five = edited('five-clusters').value;
const port = edited('two-clusters', replaced('endpoint: 203.0.113.1', 'endpoint: 203.0.113.1:443')).value;

const STEPS: readonly [string, Topology, Topology][] = [
  ['another port of the hub', two, port],
  ['a cluster comes', edited('five-clusters', replaced(RACK, ''), replaced(RACK_KEYS, '')).value, five],
  ['a cluster goes', five, edited('five-clusters', replaced(RACK, ''), replaced(RACK_KEYS, '')).value],
  ['a router moves', five, edited('five-clusters', replaced('[gw-a, gw-b]', '[gw-b, gw-a]')).value],
  [
    'the MTU goes down',
    two,
    edited('two-clusters', replaced('  subnet: 192.168.99.0/24', '  subnet: 192.168.99.0/24\n  mtu: 1380'))
      .value,
  ],
];

/** Hosts that hold what the one topology says, and are to hold what the other says. */
function views(base: Topology, head: Topology): readonly View[] {
  const held = compile(base);
  return [...compile(head)].flatMap(([host, state]): View[] => {
    const observed = held.get(host);
    if (!observed) return [];
    const changes = diff(observed, state);
    // Nothing else is looked at.
    return [{ host, observed, changes, desired: { state } } as unknown as View];
  });
}

describe('the way of SSH to every host', () => {
  it.each(STEPS)('is there at each step: %s', (_, base, topology) => {
    expect(cutRoad({ topology, base }, views(base, topology))).toBeUndefined();
    expect(cutRoad({ topology }, views(base, topology))).toBeUndefined();
  });

  // The order of before hub and routers switched together: routers behind NAT heard of it when the hub had gone.
  it('is cut where the hub takes another port before the routers hear of it', () => {
    const waves: readonly Wave[] = [
      { phase: 'switch', ring: 0, hosts: [HUB] },
      {
        phase: 'switch',
        ring: 1,
        hosts: [hostName('cluster1', 'c1-master'), hostName('cluster2', 'c2-master')],
      },
    ];
    const around = common(surroundingsOf(two), surroundingsOf(port));
    const [gap, ...others] = roadGaps(compile(two), compile(port), around, waves);
    expect(gap).toMatchObject({ step: 1, phase: 'switch', hosts: [HUB] });
    expect(others.every(({ step }) => step === 2)).toBe(true);
    expect(cut(gap!)).toMatchObject({
      code: 'deploy/road-cut',
      host: 'cluster1/c1-master',
      stateNow: 'unchanged by this run',
    });
    expect(cut(gap!).cause).toMatch(/would be cut in step 1 \(hub\): .*endpoint/);
  });

  it('says nothing of hosts of which nothing is known', () => {
    const known = views(two, port).filter(({ host }) => host === HUB);
    expect(cutRoad({ topology: port, base: two }, known)).toBeUndefined();
  });
});
