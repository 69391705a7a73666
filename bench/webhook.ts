// What taking deliveries costs: requests a second and the slowest hundredth, beside an empty Hono app in the same run.
//
//   npm run bench:webhook [-- --seconds 5 --rounds 5]
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Hono } from 'hono';
import { serveOnNode } from '../src/adapters/http/serve.ts';
import { webhookApp } from '../src/adapters/http/webhook-app.ts';

const SECRET = 'a secret of this measurement';
const CONNECTIONS = 32;
/** About what GitHub sends for a pull request. */
const BODY = JSON.stringify({
  action: 'opened',
  repository: { full_name: 'octo/net', default_branch: 'main', description: 'x'.repeat(12_000) },
  installation: { id: 1 },
  pull_request: { number: 3, head: { sha: 'a'.repeat(40) }, body: 'y'.repeat(8_000) },
});
const HEADERS = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(BODY),
  'x-github-event': 'pull_request',
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`,
};

const APPS = {
  empty: () => new Hono().post('/github', (context) => context.text('taken\n', 202)),
  webhook: () =>
    webhookApp({
      secrets: [SECRET],
      installations: new Set([1]),
      repositories: new Set(['octo/net']),
      handle: () => Promise.resolve(),
      later: (work) => void work,
      log: (line) => process.stderr.write(`${line}\n`),
    }),
};
type Name = keyof typeof APPS;
const isName = (text: string | undefined): text is Name => text === 'empty' || text === 'webhook';

const served = process.env['KUIIL_BENCH_SERVES'];
if (isName(served)) {
  const { port } = await serveOnNode(APPS[served](), 0, '127.0.0.1');
  process.send?.(port);
} else await measure();

async function measure(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '3' }, rounds: { type: 'string', default: '5' } },
  });
  const rounds: Record<Name, Round[]> = { empty: [], webhook: [] };
  const servers = { empty: await start('empty'), webhook: await start('webhook') };
  try {
    for (const { port } of Object.values(servers)) await load(port, 1);
    // In turn, so that whatever else the machine does meets both.
    for (let round = 0; round < Number(values.rounds); round++)
      for (const name of ['empty', 'webhook'] as const)
        rounds[name].push(await load(servers[name].port, Number(values.seconds)));
  } finally {
    for (const { child } of Object.values(servers)) child.kill();
  }
  const rate = (name: Name) => median(rounds[name].map(({ perSecond }) => perSecond));
  const slow = (name: Name) => median(rounds[name].map(({ p99Ms }) => p99Ms));
  process.stdout.write(
    `${rounds.webhook.length} rounds of ${values.seconds} s each, ${CONNECTIONS} connections, deliveries of ${BODY.length} bytes; medians\n`,
  );
  for (const name of ['empty', 'webhook'] as const)
    process.stdout.write(
      `${name.padEnd(8)} ${rate(name).toFixed(0).padStart(7)} requests/s   p99 ${slow(name).toFixed(1)} ms\n`,
    );
  process.stdout.write(
    `ratio    ${(rate('webhook') / rate('empty')).toFixed(2)} of the rate, ${(slow('webhook') / slow('empty')).toFixed(2)} times the p99\n`,
  );
}

async function start(name: Name): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const child = fork(process.argv[1]!, { env: { ...process.env, KUIIL_BENCH_SERVES: name } });
  const [port]: unknown[] = await once(child, 'message');
  return { port: Number(port), child };
}

interface Round {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Each connection sends its next delivery when the last is answered. An answer that is not 202 ends the measurement. */
async function load(port: number, seconds: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const from = performance.now();
  const end = from + seconds * 1000;
  const tookMs: number[] = [];
  const connection = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const status = await post(port, agent);
      if (status !== 202) throw new Error(`answered ${status}`);
      tookMs.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const perSecond = (1000 * tookMs.length) / (performance.now() - from);
  agent.destroy();
  const sorted = tookMs.toSorted((a, b) => a - b);
  return { perSecond, p99Ms: sorted[Math.floor(0.99 * sorted.length)]! };
}

function post(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, agent, method: 'POST', path: '/github', headers: HEADERS },
      (answer) => answer.resume().once('end', () => resolve(answer.statusCode ?? 0)),
    );
    outgoing.once('error', reject);
    outgoing.end(BODY);
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
