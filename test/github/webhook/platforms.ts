import { Miniflare } from 'miniflare';
import { readFileSync } from 'node:fs';
import { serveOnNode } from '../../../src/adapters/http/serve.ts';
import { buildWebhook } from '../../../src/entry/build-webhook.ts';
import { onLambda } from './lambda.ts';

/** The webhook, somewhere it can be asked on loopback. */
export interface Platform {
  readonly port: number;
  /** Everything that it printed. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export type Start = (environment: Readonly<Record<string, string>>) => Promise<Platform>;

export const PLATFORMS: readonly (readonly [string, Start])[] = [
  ['Node', onNode],
  ['workerd', onWorkers],
  ['AWS’s Lambda runtime client', onLambda],
];

async function onNode(environment: Readonly<Record<string, string>>): Promise<Platform> {
  let log = '';
  const app = buildWebhook(environment, {
    log: (line) => (log += `${line}\n`),
    later: (work) => void work,
  });
  const server = await serveOnNode(app, 0, '127.0.0.1');
  return { port: server.port, log: () => log, stop: () => server.stop() };
}

/** The bundle in workerd, which is what Cloudflare runs. */
async function onWorkers(environment: Readonly<Record<string, string>>): Promise<Platform> {
  let log = '';
  const workerd = new Miniflare({
    modules: [{ type: 'ESModule', path: 'webhook.js', contents: readFileSync('dist/webhook.js', 'utf8') }],
    compatibilityDate: '2026-03-01',
    compatibilityFlags: ['nodejs_compat'],
    bindings: environment,
    handleStructuredLogs: ({ message }: { readonly message: string }) => void (log += `${message}\n`),
  });
  const { port } = await workerd.ready;
  return { port: Number(port), log: () => log, stop: () => workerd.dispose() };
}
