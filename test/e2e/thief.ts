import { writeFileSync } from 'node:fs';
import type { Finished } from '../../src/adapters/twin/run.ts';
import type { Admin } from './admin.ts';

/** Somebody with one of the deployer's keys and OpenSSH, where the hub can be reached: `hub`, `m` behind it, `n` behind that. */
export class Thief {
  readonly #admin: Admin;
  readonly #config: string;

  constructor(admin: Admin, keyFile: string) {
    this.#admin = admin;
    this.#config = `${keyFile}.thief`;
    // One connection for many attempts, as a thief would have it too.
    writeFileSync(
      this.#config,
      `Host hub
  HostName 203.0.113.1
Host m
  HostName 192.168.99.10
  ProxyJump hub
Host n
  HostName 192.168.100.101
  ProxyJump m
Host *
  User root
  IdentityFile ${keyFile}
  IdentitiesOnly yes
  StrictHostKeyChecking accept-new
  UserKnownHostsFile ${admin.file('thief_hosts')}
  ConnectTimeout 5
  ControlPath ${keyFile}-%C
  ControlPersist 10
`,
    );
  }

  /** One session of a connection that is kept. */
  ssh(...argv: readonly string[]): Promise<Finished> {
    return this.#run(['-o', 'ControlMaster=auto', ...argv], 'id\n');
  }

  /** Whether something that speaks SSH answers at ADDRESS:PORT through a host. */
  async reaches(via: string, target: string): Promise<boolean> {
    return (await this.#run(['-o', 'ControlPath=none', '-W', target, via], '\n')).stdout.startsWith(
      'SSH-2.0',
    );
  }

  /** What ssh says when a port is to be opened on a host. */
  async listen(host: string): Promise<string> {
    const argv = [
      '-o',
      'ControlPath=none',
      '-N',
      '-o',
      'ExitOnForwardFailure=yes',
      '-R',
      '9999:127.0.0.1:22',
    ];
    return (await this.#run([...argv, host])).stderr;
  }

  #run(argv: readonly string[], stdin = ''): Promise<Finished> {
    return this.#admin.run('deployer', ['/usr/bin/ssh', '-F', this.#config, ...argv], stdin);
  }
}
