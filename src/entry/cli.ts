#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { userInfo, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { ghAdmin } from '../adapters/gh/gh.ts';
import { actionRelease } from '../adapters/github/release.ts';
import { localClock } from '../adapters/local/clock.ts';
import { isReading, localFiles } from '../adapters/local/files.ts';
import { readAtCommit } from '../adapters/local/git.ts';
import { version } from '../adapters/local/version.ts';
import { askPerson } from '../adapters/local/ask-person.ts';
import { configFolder } from '../adapters/local/config-folder.ts';
import { openSshHosts } from '../adapters/openssh/hosts.ts';
import { localKeyring } from '../adapters/openssh/keyring.ts';
import { sshHosts } from '../adapters/ssh/hosts.ts';
import { findIdentity } from '../adapters/ssh/identity.ts';
import { parseKnownHosts } from '../adapters/ssh/known-hosts.ts';
import { run } from '../adapters/terminal/program.ts';
import type { Output, World } from '../adapters/terminal/world.ts';
import { twinHost } from '../adapters/twin/rehearsal.ts';
import { hostScript } from '../remote/host-script.ts';

const self = fileURLToPath(import.meta.url);
const folder = configFolder(process.env);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    interrupted.abort();
    // Opening a pipe that nobody writes to blocks a thread, for which even `process.exit` would wait.
    if (isReading()) process.removeAllListeners(signal).kill(process.pid, signal);
  });
// A reader that has seen enough (`kuiil plan | head`) is no error.
process.stdout.on('error', () => process.exit(0));

const world: World = {
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  files: localFiles,
  clock: localClock,
  signal: interrupted.signal,
  version: version(dirname(dirname(self)), packageJson.version, process.env),
  who: `${userInfo().username}@${hostname()}`,
  connect: async ({ identityFile }) => {
    const file = identityFile === undefined ? {} : { file: identityFile };
    const identity = await findIdentity({ ...file, environment: process.env });
    return () => sshHosts({ identity, script: hostScript });
  },
  ownSsh: (options) => openSshHosts({ ...options, script: hostScript }),
  keyring: (network) => localKeyring(join(folder, network)),
  confirm: process.stdin.isTTY ? askPerson : undefined,
  cluster: async (kubeconfig) =>
    (await import('../adapters/kubernetes/cluster-api.ts')).clusterApi(kubeconfig),
  admin: ghAdmin(interrupted.signal),
  githubApp: async (api) => {
    const [{ githubRegistry }, { openDoor }, { reserveSecretFile }] = await Promise.all([
      import('../adapters/github/registry.ts'),
      import('../adapters/http/door.ts'),
      import('../adapters/local/secret-file.ts'),
    ]);
    const secret = () => randomBytes(32).toString('base64url');
    return { registry: githubRegistry(api), openDoor, reserve: reserveSecretFile, secret };
  },
  configFolder: folder,
  webhook: async ({ env, port, host }) => {
    const [{ buildWebhook }, { serveOnNode }] = await Promise.all([
      import('./build-webhook.ts'),
      import('../adapters/http/serve.ts'),
    ]);
    const log = (line: string) => process.stderr.write(`${line}\n`);
    return serveOnNode(buildWebhook(env, { log, later: (work) => void work }), port, host);
  },
  readAtCommit,
  knownHosts: parseKnownHosts,
  twin: async () => twinHost([process.execPath, self]),
  release: (tag) => actionRelease(tag, process.env.GITHUB_API_URL),
  today: () => new Date().toISOString().slice(0, 10),
  transaction: () => `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`,
};

process.exitCode = await run(process.argv.slice(2), world);

function output(stream: NodeJS.WriteStream): Output {
  return { isTerminal: stream.isTTY, write: (text) => void stream.write(text) };
}
