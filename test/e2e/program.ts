import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { run, type Finished } from '../../src/adapters/twin/run.ts';
import { keepEvidence, keepSecret } from '../evidence.ts';
import { keysOf } from './twin-example.ts';

/** The bundle that users run. */
export const BUNDLE = resolve('dist/cli.js');

/** Runs the program where only the hub's public address of a twin can be reached, as its deployer. */
export class Deployer {
  readonly #twin: TwinNetwork;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kuiil-e2e-'));

  constructor(twin: TwinNetwork) {
    this.#twin = twin;
  }

  /** Lays the topology down beside the twin's keys file; answers its path. */
  topology(text: string, name = 'topology'): string {
    const file = join(this.#folder, `${name}.yaml`);
    writeFileSync(file, text);
    writeFileSync(join(this.#folder, `${name}.keys.yaml`), keysOf(text, this.#twin.keysFile));
    return file;
  }

  /** Output as text; use `deployment` where the document matters. */
  async run(verb: string, file: string, ...options: readonly string[]): Promise<Finished> {
    const inside = ['ip', 'netns', 'exec', this.#twin.deployerNamespace];
    keepSecret(this.#twin.identity);
    const finished = await run([...inside, process.execPath, BUNDLE, verb, '-f', file, ...options], {
      env: { KUIIL_SSH_KEY: this.#twin.identity },
      timeoutMs: 150_000,
    });
    keepEvidence(verb, finished.stdout + finished.stderr);
    return finished;
  }

  /** Runs a verb that deploys, and reads the document that it prints. */
  async deployment(
    verb: string,
    file: string,
    ...options: readonly string[]
  ): Promise<Finished & { document: DeployDocument }> {
    const finished = await this.run(verb, file, '--format', 'json', ...options);
    if (finished.stdout === '') throw new Error(`no document: ${finished.exitCode} ${finished.stderr}`);
    return { ...finished, document: JSON.parse(finished.stdout) as DeployDocument };
  }
}

/** What `kuiil deploy --format json` prints (docs/json.md). */
export interface DeployDocument {
  readonly outcome: string;
  readonly changed: readonly string[];
  readonly hosts: Readonly<Record<string, { readonly outcome: string; readonly release: string | null }>>;
  readonly faults: readonly { readonly code: string; readonly cause: string; readonly host: string | null }[];
}
