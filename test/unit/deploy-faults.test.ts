import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { deployIn } from '../fakes/deployment.ts';
import { fleetLines, release, type Release } from '../../src/app/digest.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { HUB, hostName, type HostName } from '../../src/core/model/name.ts';
import { exitCode, type Deployment, type HostOutcome } from '../../src/core/model/outcome.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { FakeWorld, type Mishap } from '../fakes/world.ts';

/** Whether all of the fleet is on one release, by the hosts' own books. */
type Ground = 'old' | 'new' | 'split';

interface Ended {
  readonly deployment: Deployment;
  readonly ground: Ground;
  /** Hosts that are not on what was said of them. */
  readonly untrue: readonly string[];
  readonly calls: readonly string[];
}

interface Change {
  readonly name: string;
  readonly from: Target | undefined;
  readonly to: Target;
}

const PLAIN = target({});

const CHANGES: readonly Change[] = [
  { name: 'the first release', from: undefined, to: PLAIN },
  { name: 'one range more', from: PLAIN, to: target({ range: true }) },
  { name: 'one range less', from: target({ range: true }), to: PLAIN },
  { name: 'one node more, which is nothing to the hub', from: target({ fewer: true }), to: PLAIN },
  { name: 'another MTU', from: PLAIN, to: target({ mtu: 1380 }) },
];

const WRONG = '0'.repeat(64);

/** The truth goes lost; nobody lies. After these the whole fleet has to agree. */
const LOSSES: readonly Mishap[] = [
  { name: 'its answer is lost', isDone: true },
  { name: 'it is never carried out, and nothing is answered', isDone: false },
  { name: 'the connection ends before it', isDone: false, cut: 'connection' },
  { name: 'the connection ends after it', isDone: true, cut: 'connection' },
  ...[1_000, 5_000, 40_000, 10_000_000].flatMap((cut): Mishap[] => [
    { name: `everything is cut before it for ${cut / 1000} s`, isDone: false, cut },
    { name: `everything is cut after it for ${cut / 1000} s`, isDone: true, cut },
  ]),
  { name: 'it takes 40 s', isDone: true, lateMs: 40_000, answer: (text) => text },
  ...[2_000, 25_000].map((lateMs): Mishap => ({
    name: `it arrives ${lateMs / 1000} s late`,
    isDone: true,
    lateMs,
  })),
  { name: 'the host reboots', isDone: false, reboots: 'host' },
  ...[HUB, hostName('a', 'r'), hostName('a', 'n')].map((host): Mishap => ({
    name: `${host} reboots meanwhile`,
    isDone: true,
    answer: (text) => text,
    reboots: host,
  })),
  { name: 'its answer is cut', isDone: true, answer: (text) => text.slice(0, -10) },
  { name: 'its answer is empty', isDone: true, answer: () => '' },
];

/** What no host should do. The fleet may be anything then, but nobody may call it confirmed. */
const LIES: readonly Mishap[] = [
  ...[0, 3, 4, 5, 6].flatMap((code): Mishap[] => [
    { name: `it answers ${code} and does nothing`, isDone: false, answer: (text) => ended(text, code) },
    { name: `it does it and answers ${code}`, isDone: true, answer: (text) => ended(text, code) },
  ]),
  {
    name: 'it names another release',
    isDone: true,
    answer: (text) => text.replaceAll(/^(current|active) [0-9a-f]{64}$/gm, `$1 ${WRONG}`),
  },
  {
    name: 'it names a transaction that is not there',
    isDone: true,
    answer: (text) => text.replace(/^= host$/m, `= host\ntransaction elsewhere ${WRONG} 1 expand`),
  },
  { name: 'it speaks another version', isDone: true, answer: (text) => text.replace('kuiil 2', 'kuiil 3') },
];

describe.each(CHANGES)('a deployment of $name', (change) => {
  it('is confirmed when nothing happens', async () => {
    const { deployment, ground } = await run(change);
    expect(deployment.faults).toEqual([]);
    expect([deployment.outcome, ground]).toEqual(['confirmed', 'new']);
  });

  it.each(LIES)(
    'is never called confirmed when it is not, whatever call this happens to: $name',
    async (lie) => {
      expect(
        await untruths(change, lie, ({ deployment, ground }) => !isSuccess(deployment) || ground === 'new'),
      ).toEqual([]);
    },
  );

  it.each(LOSSES)(
    'leaves all hosts on one release, and says on which, whatever call this happens to: $name',
    async (loss) => {
      expect(await untruths(change, loss, isTrue)).toEqual([]);
    },
  );
});

/** Exit code 4 says of each host what is known. */
function isTrue({ deployment, ground, untrue }: Ended): boolean {
  if (ground === 'split' || untrue.length > 0) return false;
  if (isSuccess(deployment)) return ground === 'new';
  return exitCode(deployment.outcome) === 4 || ground === 'old';
}

function isSuccess({ outcome }: Deployment): boolean {
  return exitCode(outcome) === 0;
}

/** Lets this happen to each call of a deployment. */
async function untruths(change: Change, what: Mishap, holds: (ended: Ended) => boolean): Promise<string[]> {
  const { calls } = await run(change);
  const found: string[] = [];
  for (const [at, call] of calls.entries()) {
    const ended = await run(change, { at, what });
    const { deployment, ground, untrue } = ended;
    if (!holds(ended))
      found.push(`${at} ${call}: ${[deployment.outcome, 'and', ground, ...untrue].join(' ')}`);
  }
  return found;
}

async function run(
  { from, to }: Change,
  mishap?: { readonly at: number; readonly what: Mishap },
): Promise<Ended> {
  const world = new FakeWorld(publicKeys(to));
  if (from) settle(world, from);
  world.expect(mishap);
  const deployment = await deployTo(world, to);
  const calls = [...world.calls];
  // Every timer runs off, and every host that still has a question gets its answer.
  world.passUntil(world.clock.now() + 600_000);
  const ground = groundOf(world, deployment, { from, to });
  return { deployment, ground, untrue: untrueOf(world, deployment, { from, to }), calls };
}

function settle(world: FakeWorld, { parts }: Target): void {
  for (const [host, { text }] of parts) world.hosts.get(host)!.settle(text);
  world.hosts.get(HUB)!.remember(fleetLines(parts));
}

function deployTo(world: FakeWorld, { topology }: Target): Promise<Deployment> {
  return deployIn(world, { topology });
}

function groundOf(world: FakeWorld, { hosts: said }: Deployment, { from, to }: Omit<Change, 'name'>): Ground {
  const isOn = (target: Target | undefined) =>
    [...world.hosts].every(([name, host]) => {
      // One that was never there has nothing to agree about.
      const wanted = said.get(name)?.outcome === 'awaited' ? undefined : target?.parts.get(name)?.digest;
      return host.pending === undefined && host.current === wanted;
    });
  return isOn(to) ? 'new' : isOn(from) ? 'old' : 'split';
}

function untrueOf(
  world: FakeWorld,
  { hosts: said }: Deployment,
  { from, to }: Omit<Change, 'name'>,
): string[] {
  return [...said].flatMap(([name, { outcome }]) => {
    const current = world.hosts.get(name)?.current;
    const [before, after] = [from?.parts.get(name)?.digest, to.parts.get(name)?.digest];
    const isWrong =
      (NEW.includes(outcome) && current !== after) || (OLD.includes(outcome) && current !== before);
    return isWrong ? [`${name} (said to be ${outcome})`] : [];
  });
}

const NEW: readonly HostOutcome[] = ['confirmed', 'confirming'];
const OLD: readonly HostOutcome[] = ['reverted', 'reverting', 'untouched', 'unreachable'];

function publicKeys({ topology }: Target): ReadonlyMap<HostName, string> {
  return new Map(hosts(topology).map((host) => [host.name, host.enrolment.publicKey?.value ?? '']));
}

function ended(text: string, code: number): string {
  return text.replace(/^= end \d+$/m, `= end ${code}`);
}

interface Target {
  readonly topology: Topology;
  readonly parts: Release['hosts'];
}

function target({
  range,
  mtu,
  fewer,
}: {
  readonly range?: boolean;
  readonly mtu?: number;
  readonly fewer?: boolean;
}): Target {
  const text = `version: 1
name: faults
wireguard: { subnet: 10.99.0.0/24${mtu ? `, mtu: ${mtu}` : ''} }
hub: { endpoint: 203.0.113.1, tunnel: 10.99.0.1 }
clusters:
  a:
    subnet: 10.1.0.0/24
${range ? '    ranges: { more: 10.50.0.0/24 }\n' : ''}    nodes: { r: { address: 10.1.0.1, tunnel: 10.99.0.2 }${fewer ? '' : ', n: 10.1.0.2'} }
  b:
    subnet: 10.2.0.0/24
    nodes: { r: { address: 10.2.0.1, tunnel: 10.99.0.3 } }
`;
  const key = (letter: string) => `${letter.repeat(42)}A=`;
  const keys = ['hub', 'a/r', 'b/r', ...(fewer ? [] : ['a/n'])].map((host, i) => {
    const wireguard = host === 'a/n' ? '' : `wireguard: "${key('BCD'[i]!)}", `;
    return `${host}: { ${wireguard}ssh: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'EFGH'[i]!.repeat(43)}"] }\n`;
  });
  const checked = check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(text) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(keys.join('')) },
  });
  if (!checked.value) throw new Error(checked.diagnostics.map(({ message }) => message).join('; '));
  const { value } = checked;
  return { topology: value, parts: release(compile(value), value.wireguard.interface).hosts };
}
