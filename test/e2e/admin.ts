import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { run, type Finished } from '../../src/adapters/twin/run.ts';
import { BUNDLE } from './program.ts';

/** A place on the twin that somebody sits at: the deployer's, or inside of a site. */
export type Seat = 'deployer' | `site.${string}`;

/**
 * Somebody with a machine of their own: a folder for the topology, a ~/.ssh/config (OpenSSH reads the real one by the
 * account, so a wrapper in PATH names this one instead) and a login that the twin's hosts let in.
 */
export class Admin {
  readonly folder = mkdtempSync(join(tmpdir(), 'kuiil-admin-'));
  readonly #twin: TwinNetwork;

  constructor(twin: TwinNetwork, topology: string) {
    this.#twin = twin;
    writeFileSync(join(this.folder, 'topology.yaml'), topology);
    writeFileSync(join(this.folder, 'own'), twin.identity, { mode: 0o600 });
    writeFileSync(
      join(this.folder, 'ssh_config'),
      `IdentityFile ${join(this.folder, 'own')}
IdentitiesOnly yes
StrictHostKeyChecking accept-new
UserKnownHostsFile ${join(this.folder, 'known_hosts')}
Host m
  HostName 192.168.99.10
  ProxyCommand ssh root@203.0.113.1 -W %h:%p
Host far
  HostName 192.168.99.14
  ProxyCommand ssh root@203.0.113.1 -W %h:%p
Host n
  HostName 192.168.100.101
  ProxyCommand ssh m -W %h:%p
Host m n far
  User root
`,
    );
    mkdirSync(join(this.folder, 'bin'));
    writeFileSync(
      join(this.folder, 'bin/ssh'),
      `#!/bin/sh\nexec /usr/bin/ssh -F ${this.folder}/ssh_config "$@"\n`,
    );
    chmodSync(join(this.folder, 'bin/ssh'), 0o755);
  }

  /** Runs the program with these arguments. */
  kuiil(seat: Seat, ...argv: readonly string[]): Promise<Finished> {
    const [verb = '', ...rest] = argv;
    return this.run(seat, [process.execPath, BUNDLE, verb, '-f', this.file('topology.yaml'), ...rest]);
  }

  run(seat: Seat, argv: readonly string[], stdin = ''): Promise<Finished> {
    const namespace = seat === 'deployer' ? this.#twin.deployerNamespace : `${this.#twin.id}.${seat}`;
    return run(['ip', 'netns', 'exec', namespace, ...argv], {
      env: { PATH: `${this.folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin`, XDG_CONFIG_HOME: this.file('config') },
      stdin,
      timeoutMs: 60_000,
    });
  }

  /** Of the admin's own login, as authorized_keys has it. */
  publicKey(): string {
    return execFileSync('ssh-keygen', ['-y', '-f', this.file('own')], { encoding: 'utf8' }).trim();
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
