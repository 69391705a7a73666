import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFile } from '../../core/model/file.ts';
import { hosts, type Topology } from '../../core/model/topology.ts';

/**
 * The accounts of every host: those of its root, this machine's or another's, without passwords, and each login that the topology names, all of them
 * root by another name, so that a topology which logs in as `ubuntu` or `admin` can be rehearsed as it stands.
 */
export function loginFiles(topology: Topology, deployerKey: string, root = '/'): readonly HostFile[] {
  const logins = new Set(hosts(topology).map((host) => host.ssh.user));
  logins.delete('root');
  const ours = readFileSync(join(root, 'etc/passwd'), 'utf8').split('\n');
  const kept = ours.filter((line) => line !== '' && !logins.has(line.split(':')[0]!));
  const users = [...kept, ...[...logins].map((login) => `${login}:x:0:0::/root:/bin/bash`)];
  // `*`: no password fits, and unlike with `!` the account is not locked, so a key does.
  const passwords = users.map((line) => `${line.split(':')[0]!}:*:20000:0:99999:7:::`);
  return [
    { path: 'etc/passwd', mode: 0o644, text: `${users.join('\n')}\n` },
    { path: 'etc/shadow', mode: 0o640, text: `${passwords.join('\n')}\n` },
    { path: 'root/.ssh/authorized_keys', mode: 0o600, text: `${deployerKey}\n` },
  ];
}
