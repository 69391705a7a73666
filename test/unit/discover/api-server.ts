import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Kubernetes API that answers what it is given, over real TLS by an authority of its own, to one token. */
export class ApiServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'kuiil-api-'));
  /** What it was asked, in order. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(answers: Readonly<Record<string, unknown>>) {
    const file = (name: string) => join(this.folder, name);
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'].concat(
        [
          '-subj',
          '/CN=kubernetes',
          '-addext',
          'subjectAltName=IP:127.0.0.1',
          '-keyout',
          file('key'),
          '-out',
          file('cert'),
        ],
      ),
      { stdio: 'ignore' },
    );
    const tls = { key: readFileSync(file('key')), cert: readFileSync(file('cert')) };
    this.#server = createServer(tls, (request, response) => {
      const path = request.url ?? '';
      this.asked.push(`${request.method} ${path}`);
      const answer = answers[path.split('?')[0]!];
      const status =
        request.headers.authorization !== `Bearer ${TOKEN}` ? 401 : answer === undefined ? 404 : 200;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
    });
  }

  static async start(answers: Readonly<Record<string, unknown>>): Promise<ApiServer> {
    const server = new ApiServer(answers);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** A kubeconfig file for it; `changes` are put over its user and cluster. */
  kubeconfig(changes: { readonly user?: object; readonly cluster?: object } = {}): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      clusters: [
        {
          name: 'c',
          cluster: {
            server: `https://127.0.0.1:${address.port}`,
            'certificate-authority': 'cert',
            ...changes.cluster,
          },
        },
      ],
      users: [{ name: 'u', user: { token: TOKEN, ...changes.user } }],
    };
    const file = join(this.folder, 'kubeconfig');
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const TOKEN = 'a-token-of-this-test';
