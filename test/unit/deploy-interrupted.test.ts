import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { deployIn } from '../fakes/deployment.ts';
import { fleetLines, release } from '../../src/app/digest.ts';
import type { Answer, Call, Hosts } from '../../src/app/ports.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { HUB } from '../../src/core/model/name.ts';
import type { Deployment } from '../../src/core/model/outcome.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { FakeWorld } from '../fakes/world.ts';

const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');
const BASE = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const [OLD, NEW] = [BASE, BASE.replace('10.97.0.0/16', '10.98.0.0/16')].map(examined) as [
  ReturnType<typeof examined>,
  ReturnType<typeof examined>,
];

function examined(text: string) {
  const { value, locate } = check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(text) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(KEYS) },
  });
  return { topology: value!, locate };
}

const partsOf = (topology: Topology) => release(compile(topology), 'wg0').hosts;

/** A fleet on the old release. */
function settled(): FakeWorld {
  const keys = hosts(OLD.topology).map(
    ({ name, enrolment }) => [name, enrolment.publicKey?.value ?? ''] as const,
  );
  const world = new FakeWorld(new Map(keys));
  for (const [host, { text }] of partsOf(OLD.topology)) world.hosts.get(host)!.settle(text);
  world.hosts.get(HUB)!.remember(fleetLines(partsOf(OLD.topology)));
  return world;
}

type Carry = (call: Call, carryOut: () => Promise<Answer>) => Promise<Answer>;

/** Deploys the new release, with something between the deployer and each call. */
function run(world: FakeWorld, interrupted: AbortController, between: Carry): Promise<Deployment> {
  const connect = (): Hosts => {
    const inner = world.connect();
    return {
      close: () => inner.close(),
      open: async (route) => {
        const session = await inner.open(route);
        return { ...session, call: (call) => between(call, () => session.call(call)) };
      },
    };
  };
  return deployIn(world, { ...NEW, signal: interrupted.signal }, connect);
}

/** Which release all hosts are on, by their own books, when all timers have run off. */
function ground(world: FakeWorld): 'old' | 'new' | 'split' {
  world.passUntil(world.clock.now() + 1_000_000);
  const isOn = (topology: Topology) =>
    [...partsOf(topology)].every(([host, { digest }]) => {
      const { current, kernel, pending } = world.hosts.get(host)!;
      return current === digest && kernel === digest && pending === undefined;
    });
  if (isOn(OLD.topology)) return 'old';
  return isOn(NEW.topology) ? 'new' : 'split';
}

/** What may be said of a fleet that is there. */
const TRUE: Readonly<Record<string, readonly string[]>> = {
  old: ['refused', 'reverted', 'unreachable'],
  new: ['confirmed'],
  split: [],
};

describe('an interrupt', () => {
  it('at whichever call leaves all hosts on one release, and says on which', async () => {
    const untrue: string[] = [];
    const seen = new Set<string>();
    for (let at = 0; ; at++) {
      const world = settled();
      const interrupted = new AbortController();
      let calls = 0;
      const { outcome } = await run(world, interrupted, (_, carryOut) => {
        if (calls++ === at) interrupted.abort();
        return carryOut();
      });
      if (!interrupted.signal.aborted) break;
      const end = ground(world);
      seen.add(`${end}: ${outcome}`);
      if (!TRUE[end]!.includes(outcome)) untrue.push(`call ${at}: ${outcome}, and the hosts are ${end}`);
    }
    expect(untrue).toEqual([]);
    expect([...seen].toSorted()).toEqual(['new: confirmed', 'old: refused', 'old: reverted']);
  });

  it('does not wait for packets that are not answered', async () => {
    const world = settled();
    const interrupted = new AbortController();
    let isActive = false;
    const { outcome, faults } = await run(world, interrupted, (call, carryOut) => {
      isActive ||= call.verb === 'activate';
      if (call.verb !== 'probe' || !isActive) return carryOut();
      setTimeout(() => interrupted.abort(), 1);
      return new Promise(() => undefined);
    });
    expect(faults.map(({ code }) => code)).toEqual(['deploy/interrupted']);
    expect({ outcome, ground: ground(world) }).toEqual({ outcome: 'reverted', ground: 'old' });
  });
});
