import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyring, LoginKey, Role } from '../../app/enrol/keyring.ts';
import { quote } from '../../core/model/escape.ts';
import { FaultError } from '../../core/model/fault.ts';
import { runProgram } from '../local/process.ts';

/** The deployer's own login keys, in a folder of this user: made by ssh-keygen, one pair a role. */
export function localKeyring(folder: string): Keyring {
  return {
    has: async (role) => (await readPublic(join(folder, role))) !== undefined,
    current: (role) => pair(folder, role),
    next: (role) => pair(folder, `${role}.next`),
    async promote(role) {
      for (const end of ['', '.pub'])
        await rename(join(folder, `${role}.next${end}`), join(folder, role + end));
    },
  };
}

async function pair(folder: string, name: Role | `${Role}.next`): Promise<LoginKey> {
  const file = join(folder, name);
  const known = await readPublic(file);
  if (known !== undefined) return { file, publicText: known };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const comment = `kuiil ${name}`;
  const ended = await runProgram({
    argv: ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file],
    stdin: '',
    timeoutMs: 20_000,
  });
  const made = await readPublic(file);
  if (made !== undefined) return { file, publicText: made };
  throw new FaultError({
    code: 'ssh/no-identity',
    step: 'make the deployer’s keys',
    cause: `${quote(file)} could not be made: ${quote(ended.failure ?? ended.stderr)}`,
    hint: 'install OpenSSH’s ssh-keygen, or name keys of your own with --deploy-key and --drift-key',
    stateNow: 'no host was changed',
  });
}

/** `TYPE BLOB`, without the comment; undefined when there is no such pair. */
async function readPublic(file: string): Promise<string | undefined> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => undefined);
  return text?.trim().split(/\s+/).slice(0, 2).join(' ');
}
