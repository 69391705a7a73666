import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KEYS, Scene, TOPOLOGY } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
});
afterAll(() => scene.github.close());

const COMMENT = 65_536;
const SUMMARY = 1024 * 1024;

/** The hosts of two-clusters but the hub. */
const GONE = 6;

function sshKey(i: number): string {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const key = field(Buffer.from(String(i).padStart(32, 's')));
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), key]).toString('base64')}`;
}

/** One cluster of so many hosts with the hub, each with a tunnel: the hub has a peer for each of them. */
function fleet(hosts: number): Readonly<Record<string, string>> {
  const nodes = Array.from({ length: hosts - 1 }, (_, i) => ({
    name: `n${i}`,
    at: `${1 + (i >> 7)}.${1 + (i & 127)}`,
  }));
  const wireguard = (i: number) => Buffer.from(String(i).padStart(32, 'k')).toString('base64');
  return {
    'topology.yaml': [
      'version: 1',
      'name: fleet',
      'wireguard: { subnet: 10.9.0.0/16 }',
      'hub: { endpoint: 203.0.113.1, tunnel: 10.9.255.1 }',
      'clusters:',
      '  c:',
      '    subnet: 10.8.0.0/16',
      '    router: n0',
      '    nodes:',
      ...nodes.map(({ name, at }) => `      ${name}: { address: 10.8.${at}, tunnel: 10.9.${at} }`),
      '',
    ].join('\n'),
    'topology.keys.yaml': ['hub', ...nodes.map(({ name }) => `c/${name}`)]
      .toSorted()
      .map((host, i) => `${host}: { wireguard: "${wireguard(i)}", ssh: ["${sshKey(i)}"] }\n`)
      .join(''),
  };
}

/** A host that no other one has to know of. */
const ONE = {
  'topology.yaml': TOPOLOGY.replace('  cluster2:\n', '      c1-node9: 192.168.100.109\n  cluster2:\n'),
  'topology.keys.yaml': `${KEYS}cluster1/c1-node9: { ssh: ["${sshKey(9)}"] }\n`,
};

it.each([
  [1, ONE],
  [50, fleet(50)],
  [1000, fleet(1000)],
])('tells a plan of %i hosts within every limit, and the whole elsewhere', async (hosts, files) => {
  const pull = await scene.wendy.openPull(`fleet-${hosts}`, files);
  const { code, log, summary, outputs } = await scene.plan(pull);
  expect(code, log).toBe(0);
  expect(outputs.outcome).toBe('planned');
  const told = Number(outputs['hosts-changed']);
  // Whoever was there before is taken off.
  expect(hosts === 1 ? told : told - GONE).toBe(hosts);
  const [comment] = await scene.ours(pull);
  for (const text of [comment!.body, summary, (await scene.check(pull.head.sha)).summary]) {
    expect(text.match(/^```/gm)!.length % 2).toBe(0);
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)!.length);
    expect(text).toContain(outputs['plan-digest']);
  }
  expect(comment!.body.length).toBeLessThanOrEqual(COMMENT);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(SUMMARY);
  expect(summary).not.toBe('');
  const whole = readFileSync(outputs.report!, 'utf8');
  expect(whole.match(/<summary><code>/g)!.length).toBeGreaterThanOrEqual(hosts);
  expect(whole).not.toContain('omitted');
  if (hosts === 1000) expect(comment!.body).toContain('omitted');
});
