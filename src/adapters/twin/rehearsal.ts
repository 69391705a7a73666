import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Examined } from '../../app/check.ts';
import { plan } from '../../app/plan.ts';
import type {
  TwinDeployment,
  TwinHost,
  TwinNetwork as Rehearsed,
  TwinOptions,
  Written,
} from '../../app/rehearse.ts';
import { hosts } from '../../core/model/topology.ts';
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
    up: async ({ topology }, options) => rehearsed(await bringUp(topology, options), program, options),
  };
}

function rehearsed(network: TwinNetwork, program: readonly string[], options: TwinOptions): Rehearsed {
  return {
    hosts: network.hosts,
    leftOut: network.leftOut,
    probeAll: (asked) => network.probeAll(asked),
    down: () => network.down(),
    deploy: (head, base) => deploy({ network, program, signal: options.signal }, head, base),
  };
}

interface Deployer {
  readonly network: TwinNetwork;
  readonly program: readonly string[];
  readonly signal: AbortSignal;
}

async function deploy(deployer: Deployer, head: Written, base?: Written): Promise<TwinDeployment> {
  const { network, program, signal } = deployer;
  const folder = mkdtempSync(join(registryDirectory(network.id), 'deploy-'));
  try {
    const to = layDown(network, join(folder, 'topology'), head);
    const from = base && layDown(network, join(folder, 'base'), base);
    const step = from ? ['--base', from.file, ...acceptances(from, to)] : [];
    const options = ['-f', to.file, '--format', 'json', '--require-all', ...step];
    const { stdout, stderr, exitCode } = await run(
      [...network.asDeployer, ...program, 'deploy', ...options],
      {
        env: { KUIIL_SSH_KEY: network.identity },
        timeoutMs: DEPLOY_MS,
        signal,
      },
    );
    return { exitCode, document: parseJson(stdout), log: stderr.slice(-8000) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface LaidDown extends Examined {
  readonly file: string;
}

/** The topology as it was written, beside a keys file for those of its hosts that are up: the others are pending enrolment. */
function layDown(network: TwinNetwork, path: string, { topology, text }: Written): LaidDown {
  const keys = network.keysOf(hosts(topology).map(({ name }) => name));
  const [file, keysFile] = [`${path}.yaml`, `${path}.keys.yaml`];
  writeFileSync(file, text);
  writeFileSync(keysFile, keys);
  const bytes = (content: string) => new TextEncoder().encode(content);
  const input = { topology: { file, bytes: bytes(text) }, keys: { file: keysFile, bytes: bytes(keys) } };
  return { file, ...check(input) };
}

/** The options that accept every danger of the step. */
function acceptances(from: LaidDown, to: LaidDown): readonly string[] {
  if (!from.value || !to.value) return [];
  const { digest, dangers } = plan(from.value, to.value, to.locate);
  return [...new Set(dangers.map(({ code }) => code))].flatMap((code) => ['--accept', `${code}@${digest}`]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
