import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NODE_24 } from '../runner.ts';
import type { Platform } from './platforms.ts';
import { RuntimeApi } from './runtime-api.ts';

const CLIENT = resolve('node_modules/aws-lambda-ric/index.mjs');
const TRANSPORT = resolve('test/github/webhook/lambda-transport.cjs');

/** The bundle on AWS's own runtime client, as Lambda starts it, behind what a function URL makes of HTTP. */
export async function onLambda(environment: Readonly<Record<string, string>>): Promise<Platform> {
  const api = await RuntimeApi.start();
  const task = mkdtempSync(join(tmpdir(), 'kuiil-lambda-'));
  // As docs/webhook.md says: without a package.json beside it, .js would be read as CommonJS.
  copyFileSync('dist/webhook.js', join(task, 'webhook.mjs'));
  const runtime = spawn(NODE_24, ['--require', TRANSPORT, CLIENT], {
    env: { ...environment, ...LAMBDA, LAMBDA_TASK_ROOT: task, AWS_LAMBDA_RUNTIME_API: api.address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [runtime.stdout, runtime.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const url = createServer((request, response) => {
    void (async () => {
      const body = await bytesOf(request).catch(() => undefined);
      // The URL takes a request whole, or the function never hears of it.
      if (body === undefined) return response.destroy();
      const { statusCode, headers, body: text, isBase64Encoded } = await invoke(api, request, body);
      response.writeHead(statusCode, headers);
      return response.end(isBase64Encoded ? Buffer.from(text, 'base64') : text);
    })().catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((done) => url.listen(0, '127.0.0.1', done));
  return {
    port: (url.address() as AddressInfo).port,
    log: () => log,
    async stop() {
      url.closeAllConnections();
      await new Promise((done) => url.close(done));
      const ended = once(runtime, 'exit');
      runtime.kill('SIGKILL');
      await ended;
      await api.stop();
      rmSync(task, { recursive: true });
    },
  };
}

const LAMBDA = {
  _HANDLER: 'webhook.handler',
  AWS_LAMBDA_FUNCTION_NAME: 'kuiil',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/kuiil',
  AWS_LAMBDA_LOG_STREAM_NAME: '1',
};

interface Answered {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Payload format 2.0, as AWS documents it for function URLs. */
async function invoke(api: RuntimeApi, request: IncomingMessage, body: Buffer): Promise<Answered> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://function');
  const method = request.method ?? 'GET';
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    requestContext: {
      domainName: 'example.lambda-url.eu-west-1.on.aws',
      requestId: '1',
      http: {
        method,
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'GitHub-Hookshot/1',
      },
    },
    ...(body.length > 0 && { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
  return (await api.invoke(event)) as Answered;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
