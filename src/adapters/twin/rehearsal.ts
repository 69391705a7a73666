import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TwinDeployment, TwinHost, TwinNetwork as Rehearsed, TwinOptions } from '../../app/rehearse.ts';
import { installPrerequisites } from './install.ts';
import type { TwinNetwork } from './network.ts';
import { missingPrerequisites } from './prerequisites.ts';
import { registryDirectory } from './registry.ts';
import { run } from './run.ts';
import { bringUp } from './twin.ts';

const DEPLOY_MS = 10 * 60_000;

/**
 * This machine, as a place for rehearsals.
 *
 * @param program how to start our own command line: a deployment to the twin is the very program that deploys to real hosts,
 *   started where only the hub's public address can be reached.
 */
export function twinHost(program: readonly string[]): TwinHost {
  return {
    missing: missingPrerequisites,
    install: installPrerequisites,
    up: async (topology, options) => rehearsed(await bringUp(topology, options), program, options),
  };
}

function rehearsed(network: TwinNetwork, program: readonly string[], options: TwinOptions): Rehearsed {
  return {
    hosts: network.hosts,
    leftOut: network.leftOut,
    probeAll: () => network.probeAll(),
    down: () => network.down(),
    deploy: (topologyText) => deploy(network, program, topologyText, options.signal),
  };
}

/** The topology as it was written, beside a keys file for the hosts that are up: the others are pending enrolment. */
async function deploy(
  network: TwinNetwork,
  program: readonly string[],
  topologyText: string,
  signal: AbortSignal,
): Promise<TwinDeployment> {
  const folder = mkdtempSync(join(registryDirectory(network.id), 'deploy-'));
  const file = join(folder, 'topology.yaml');
  writeFileSync(file, topologyText);
  writeFileSync(join(folder, 'topology.keys.yaml'), network.keysFile);
  try {
    const { stdout, stderr, exitCode } = await run(
      [...network.asDeployer, ...program, 'deploy', '-f', file, '--format', 'json', '--require-all'],
      { env: { KUIIL_SSH_KEY: network.identity }, timeoutMs: DEPLOY_MS, signal },
    );
    return { exitCode, document: parseJson(stdout), log: stderr.slice(-8000) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
