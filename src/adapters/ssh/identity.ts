import { readFile } from 'node:fs/promises';
import { FaultError } from '../../core/model/fault.ts';
import { quote } from '../../core/model/escape.ts';

/** Who we are to the hosts. Key text stays in memory: it is never written anywhere and never part of a message. */
export interface Identity {
  /** Private keys in any form that `ssh-keygen` writes, tried in this order. */
  readonly keys: readonly PrivateKeyText[];
  /** Socket of an SSH agent, asked after the keys. */
  readonly agent?: string;
}

export interface PrivateKeyText {
  readonly text: string;
  readonly passphrase?: string;
  /** Where it came from, for messages: `--identity FILE`, `KUIIL_SSH_KEY`. */
  readonly source: string;
}

export interface IdentitySources {
  /** `--identity FILE`. */
  readonly file?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `--identity FILE`, else the text in `KUIIL_SSH_KEY`, else the agent; `ssh/no-identity` when there is none of them. */
export async function findIdentity({ file, environment }: IdentitySources): Promise<Identity> {
  const passphrase = environment['KUIIL_SSH_PASSPHRASE'];
  const locked = passphrase ? { passphrase } : {};
  if (file !== undefined) {
    return { keys: [{ text: await readKey(file), source: `--identity ${file}`, ...locked }] };
  }
  const text = environment['KUIIL_SSH_KEY'];
  if (text) return { keys: [{ text, source: 'KUIIL_SSH_KEY', ...locked }] };
  const agent = environment['SSH_AUTH_SOCK'];
  if (agent) return { keys: [], agent };
  throw noIdentity('there is no SSH key to log in with');
}

/** The fault for an identity that cannot be used. */
export function noIdentity(cause: string): FaultError {
  return new FaultError({
    code: 'ssh/no-identity',
    step: 'connect',
    cause,
    hint: 'pass --identity FILE, set KUIIL_SSH_KEY to the text of a private key, or start an SSH agent',
    stateNow: 'no host was dialled',
  });
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw noIdentity(`the identity file ${quote(file)} cannot be read (${errno})`);
  }
}
