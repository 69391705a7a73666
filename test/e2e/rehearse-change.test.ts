import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/adapters/twin/run.ts';
import { BUNDLE } from './program.ts';

const BASE = 'examples/two-clusters/topology.yaml';
const folder = mkdtempSync(join(tmpdir(), 'kuiil-rehearse-'));
const file = join(folder, 'topology.yaml');
const example = readFileSync(BASE, 'utf8');

afterAll(() => rmSync(folder, { recursive: true }));

interface Stage {
  readonly complete: boolean;
  readonly failed: readonly unknown[];
  readonly deployment: { readonly exitCode: number };
}

interface Rehearsal extends Stage {
  readonly base?: Stage;
  readonly matrix: readonly { readonly from: string; readonly to: string }[];
  readonly clashes?: readonly string[];
}

async function rehearse(head: string): Promise<{ exitCode: number; document: Rehearsal; log: string }> {
  writeFileSync(file, head);
  const options = ['--base', BASE, '-f', file, '--sample', '1', '--format', 'json'];
  const { exitCode, stdout, stderr } = await run([process.execPath, BUNDLE, 'rehearse', ...options], {
    timeoutMs: 170_000,
  });
  return { exitCode, document: JSON.parse(stdout) as Rehearsal, log: stderr };
}

describe('kuiil rehearse --base, by the bundle', () => {
  it('carries the step out, a dangerous one that parts hub and routers too, and finds what is new', async () => {
    const head = `${example.replace('endpoint: 203.0.113.1', 'endpoint: 203.0.113.1:443').trimEnd()}
  cluster3:
    subnet: 192.168.50.0/24
    podCIDR: 10.248.0.0/16
    nodes: { c3-master: { address: 192.168.50.100, tunnel: 192.168.99.15 } }
`;
    const { exitCode, document, log } = await rehearse(head);
    expect(document.failed, log).toEqual([]);
    expect({ exitCode, base: document.base?.complete, complete: document.complete }, log).toEqual({
      exitCode: 0,
      base: true,
      complete: true,
    });
    expect(document.matrix).toContainEqual(expect.objectContaining({ from: 'cluster3', to: 'cluster1' }));
  });

  it('finds what the base declares still reached after a change that fails', async () => {
    const head = example.replace('tunnel: 192.168.99.10 }', 'tunnel: 192.168.99.10, ssh: { via: direct } }');
    const { exitCode, document, log } = await rehearse(head);
    expect(document.failed, log).toEqual([]);
    expect({ exitCode, complete: document.complete, deployment: document.deployment.exitCode }, log).toEqual({
      exitCode: 1,
      complete: false,
      deployment: 4,
    });
    expect(document.matrix.length).toBeGreaterThan(0);
  });

  it('moves no machine', async () => {
    const { exitCode, document } = await rehearse(example.replace('203.0.113.1', '203.0.113.9'));
    expect({ exitCode, clashes: document.clashes?.length }).toEqual({ exitCode: 1, clashes: 1 });
  });
});
