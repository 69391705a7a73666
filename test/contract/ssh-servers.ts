import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Route } from '../../src/app/ports.ts';
import { parseHostKey, type HostKey } from '../../src/core/model/key.ts';
import { parseHostName } from '../../src/core/model/name.ts';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface ServerOptions {
  readonly hostKeys?: readonly KeyType[];
  /** Names of the user keys that it lets in. */
  readonly authorized?: readonly string[];
  /** More lines of its sshd_config. */
  readonly config?: readonly string[];
}

export interface Server {
  readonly port: number;
  readonly process: ChildProcess;
  /** The public host keys by type. */
  readonly keys: ReadonlyMap<KeyType, HostKey>;
  /** What it has logged, at level VERBOSE. */
  log(): string;
}

/** Real sshd processes on the loopback address, with their files in one temporary folder. */
export class Servers {
  readonly folder = mkdtempSync(join(tmpdir(), 'kuiil-ssh-'));
  readonly #running: ChildProcess[] = [];
  readonly #userKeys = new Map<string, string>();
  #count = 0;

  /** The text of a private key; the one named `deployer` is let in by every server. */
  privateKey(name = 'deployer', type: KeyType = 'ed25519', passphrase = ''): string {
    const known = this.#userKeys.get(name);
    if (known !== undefined) return known;
    const file = join(this.folder, `user-${name}`);
    keygen(file, type, passphrase);
    const text = readFileSync(file, 'utf8');
    this.#userKeys.set(name, text);
    return text;
  }

  publicKey(name = 'deployer'): string {
    this.privateKey(name);
    return readFileSync(join(this.folder, `user-${name}.pub`), 'utf8');
  }

  async start(options: ServerOptions = {}): Promise<Server> {
    const { hostKeys = ['ed25519'], authorized: names = ['deployer'], config = [] } = options;
    const id = String(this.#count++);
    const port = await freePort();
    const authorized = join(this.folder, `authorized-${id}`);
    writeFileSync(authorized, names.map((name) => this.publicKey(name)).join(''), { mode: 0o600 });
    const keys = new Map(hostKeys.map((type) => [type, this.#hostKey(id, type)]));
    const file = join(this.folder, `sshd-${id}`);
    const lines = [
      'ListenAddress 127.0.0.1',
      `Port ${port}`,
      'PidFile none',
      'LogLevel VERBOSE',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      `AuthorizedKeysFile ${authorized}`,
      ...hostKeys.map((type) => `HostKey ${join(this.folder, `host-${id}-${type}`)}`),
    ];
    // The first value of a keyword counts.
    writeFileSync(file, [...config, ...lines, ''].join('\n'));
    return { port, keys, ...(await this.#run(file)) };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map(stopped));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #hostKey(id: string, type: KeyType): HostKey {
    const file = join(this.folder, `host-${id}-${type}`);
    keygen(file, type, '');
    return parseHostKey(readFileSync(`${file}.pub`, 'utf8').trim())!;
  }

  async #run(file: string): Promise<Pick<Server, 'process' | 'log'>> {
    mkdirSync('/run/sshd', { recursive: true });
    const home = join(this.folder, 'home');
    mkdirSync(home, { recursive: true });
    // An empty home, so that what the developer's shell does at start takes no part.
    const script = `mount --bind ${home} ${homedir()} && exec /usr/sbin/sshd -D -e -f ${file}`;
    const child = spawn('unshare', ['--mount', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#running.push(child);
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('Server listening')) resolve();
      });
      child.on('exit', () => reject(new Error(`sshd did not start: ${log}`)));
    });
    return { process: child, log: () => log };
  }
}

/** The way to a server; every part of it may be replaced. */
export function routeTo(server: Server, changes: Partial<Route> = {}): Route {
  return {
    host: parseHostName('hub')!,
    address: '127.0.0.1',
    port: server.port,
    user: userInfo().username,
    hostKeys: [...server.keys.values()],
    ...changes,
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function keygen(file: string, type: KeyType, passphrase: string): void {
  const bits = type === 'rsa' ? ['-b', '2048'] : [];
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', '', '-f', file]);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}
