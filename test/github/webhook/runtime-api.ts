import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Invocation {
  readonly id: string;
  readonly event: object;
  readonly settle: (body: string, failed: boolean) => void;
}

/** Lambda's Runtime API on loopback: what a runtime asks for its next event, and tells what came of it (API 2018-06-01). */
export class RuntimeApi {
  readonly #server: Server;
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #idle: (() => void)[] = [];
  /** What the runtime said of a start that failed. */
  initError: string | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      void (async () => {
        const { status, headers, body } = await this.#answer(request);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(body);
      })();
    });
  }

  static async start(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Hands an event to the runtime, which takes one at a time; answers what the handler returned. */
  invoke(event: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        id: randomUUID(),
        event,
        settle: (body, failed) => (failed ? reject(new Error(body)) : resolve(JSON.parse(body))),
      });
      this.#idle.shift()?.();
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage) {
    const [, id, verb] = /^\/2018-06-01\/runtime\/(?:invocation|init)\/(?:([\w-]+)\/)?(\w+)$/.exec(
      request.url ?? '',
    ) ?? [undefined, undefined, ''];
    const body = await textOf(request);
    if (request.method === 'GET' && verb === 'next') return this.#next();
    const running = this.#running.get(id ?? '');
    if (id === undefined && verb === 'error') this.initError = body;
    else if (!running || !['response', 'error'].includes(verb))
      return { status: 404, headers: {}, body: '{}' };
    running?.settle(body, verb === 'error');
    this.#running.delete(id ?? '');
    return { status: 202, headers: {}, body: '{"status":"OK"}' };
  }

  async #next() {
    while (this.#waiting.length === 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    const invocation = this.#waiting.shift()!;
    this.#running.set(invocation.id, invocation);
    const headers = {
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + 60_000),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:kuiil',
      'lambda-runtime-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0',
    };
    return { status: 200, headers, body: JSON.stringify(invocation.event) };
  }
}

export async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
