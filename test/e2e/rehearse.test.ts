import { describe, expect, it } from 'vitest';
import { run } from '../../src/adapters/twin/run.ts';
import { EXAMPLES } from '../examples.ts';
import { BUNDLE } from './program.ts';

interface Rehearsal {
  readonly complete: boolean;
  readonly probed: number;
  readonly reached: number;
  readonly failed: readonly unknown[];
}

async function rehearse(name: string, ...options: readonly string[]): Promise<Rehearsal & { log: string }> {
  const argv = [
    process.execPath,
    BUNDLE,
    'rehearse',
    '-f',
    `examples/${name}/topology.yaml`,
    '--format',
    'json',
  ];
  const { stdout, stderr } = await run([...argv, ...options], { timeoutMs: 170_000 });
  return { ...(JSON.parse(stdout) as Rehearsal), log: stderr };
}

describe('kuiil rehearse, by the bundle', () => {
  it.each(EXAMPLES)('reaches everything that %s declares', async (name) => {
    const { complete, probed, failed, log } = await rehearse(name);
    expect(failed, log).toEqual([]);
    expect(complete, log).toBe(true);
    expect(probed).toBeGreaterThan(20);
  });

  it.each(['two-clusters', 'every-node'] as const)(
    'reaches everything of %s when pods are masqueraded',
    async (name) => {
      const { complete, failed, log } = await rehearse(name, '--masquerade');
      expect(failed, log).toEqual([]);
      expect(complete, log).toBe(true);
    },
  );
});
