import { expect } from 'vitest';
import type { DeployDocument, Deployer } from '../e2e/program.ts';

/** What a dry run says that has to be accepted. */
interface Dangers {
  readonly plan: string;
  readonly dangers: readonly { readonly code: string }[];
}

/** Has hosts make new WireGuard keys (`--all`, or names), into the keys file beside the topology. */
export async function rotate(deployer: Deployer, file: string, ...hosts: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await deployer.run('rotate', file, ...hosts);
  expect(exitCode, stdout + stderr).toBe(0);
}

/** Deploys what is there, with each of its dangers accepted for this very plan; it has to be confirmed. */
export async function deployAccepted(deployer: Deployer, file: string): Promise<DeployDocument> {
  const { stdout } = await deployer.run('deploy', file, '--format', 'json', '--dry-run');
  const { plan, dangers } = JSON.parse(stdout) as Dangers;
  const codes = new Set(dangers.map(({ code }) => code));
  const accept = [...codes].flatMap((code) => ['--accept', `${code}@${plan}`]);
  const { document, exitCode, stderr } = await deployer.deployment('deploy', file, ...accept);
  expect({ exitCode, outcome: document.outcome, faults: document.faults }, stderr).toEqual({
    exitCode: 0,
    outcome: 'confirmed',
    faults: [],
  });
  return document;
}
