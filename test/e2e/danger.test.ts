import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { Deployer } from './program.ts';
import { example, up } from './twin-example.ts';

const EXAMPLE = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const SERVICES = { cluster1: '    serviceCIDR: 10.96.0.0/16\n', cluster2: '    serviceCIDR: 10.97.0.0/16\n' };
const withRange = (cluster: keyof typeof SERVICES) =>
  EXAMPLE.replace(SERVICES[cluster], `${SERVICES[cluster]}    ranges: { shared: 10.60.0.0/24 }\n`);
const BEFORE = withRange('cluster1');
/** A range goes to another cluster, and the tunnel subnet becomes wider. */
const AFTER = withRange('cluster2').replace('192.168.99.0/24', '192.168.98.0/23');

let twin: TwinNetwork;
let deployer: Deployer;
let before: string;
let after: string;

beforeAll(async () => {
  twin = await up(example('two-clusters'), { sample: 1 });
  deployer = new Deployer(twin);
  before = deployer.topology(BEFORE, 'before');
  after = deployer.topology(AFTER, 'after');
});

afterAll(() => twin?.down());

describe('a dangerous change', () => {
  let digest: string;
  const accept = (...codes: string[]) => codes.flatMap((code) => ['--accept', `${code}@${digest}`]);

  it('is none in a first deployment', async () => {
    const { document, stderr } = await deployer.deployment('deploy', before);
    expect(document.outcome, stderr).toBe('confirmed');
    expect(document).toMatchObject({ plan: null, dangers: [] });
  });

  it.each([['not at all'], ['in part', 'range-moved']])(
    'is refused when accepted %s',
    async (_, ...codes) => {
      const { stdout } = await deployer.run('plan', after, '--base', before, '--format', 'json');
      digest = (JSON.parse(stdout) as { digest: string }).digest;
      const { exitCode, document } = await deployer.deployment('deploy', after, ...accept(...codes));
      expect({ exitCode, outcome: document.outcome, changed: document.changed }).toEqual({
        exitCode: 1,
        outcome: 'refused',
        changed: [],
      });
      expect(document.faults.map(({ code }) => code)).toContain('deploy/danger');
      const { stdout: status } = await deployer.run('status', before);
      expect(status.match(/in sync/g)).toHaveLength(twin.hosts.length);
    },
  );

  it('is refused when the digest is another, or too short to be one', async () => {
    for (const other of ['0'.repeat(64), digest.slice(0, 39)]) {
      const options = ['tunnel-subnet', 'range-moved'].flatMap((code) => ['--accept', `${code}@${other}`]);
      const { exitCode, document } = await deployer.deployment('deploy', after, ...options);
      expect({ exitCode, outcome: document.outcome }).toEqual({ exitCode: 1, outcome: 'refused' });
    }
  });

  it('is deployed when it is accepted by the digest of the plan, made from files', async () => {
    const options = accept('tunnel-subnet', 'range-moved');
    const { exitCode, document, stderr } = await deployer.deployment('deploy', after, ...options);
    expect(document.faults, stderr).toEqual([]);
    expect({ exitCode, outcome: document.outcome }).toEqual({ exitCode: 0, outcome: 'confirmed' });
    expect(document).toMatchObject({ plan: digest });
  });
});
