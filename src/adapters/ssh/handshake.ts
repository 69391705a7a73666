import type { Duplex } from 'node:stream';
import type { HostKey } from '../../core/model/key.ts';
import type { Route } from '../../app/ports.ts';
import { DialError, type DialFailure } from './failure.ts';
import { blobType } from './fingerprint.ts';
import { ignoreOtherHostKeys, NodeSSH, type ServerHostKeyAlgorithm } from './library.ts';
import { linkOver, type Link } from './link.ts';
import { offerKeys, type Attempts, type Login } from './login.ts';

export interface Handshake {
  readonly route: Route;
  /** Connected to the host's sshd already. */
  readonly sock: Duplex;
  readonly login: Login;
  readonly timeoutMs: number;
}

// What a hardened OpenSSH accepts too, cheapest first. P-256 costs sshd 8 ms of CPU a connection less than its own portable
// C code for Curve25519, which is a seventh of everything when fifty hosts share a machine.
const ALGORITHMS = {
  kex: ['ecdh-sha2-nistp256', 'curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp384'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'],
  compress: ['none'],
} as const;

/** Three of these unanswered, and the connection is dead: NAT tables and pulled cables say nothing by themselves. */
const KEEPALIVE_MS = 5_000;

/** Speaks SSH over a connected socket until we are logged in. Throws a DialError; the socket is gone then. */
export async function shakeHands({ route, sock, login, timeoutMs }: Handshake): Promise<Link> {
  const seen: Seen = { offered: [], accepted: [], presented: undefined };
  if (sock.destroyed) throw new DialError({ kind: 'closed' });
  const ssh = new NodeSSH();
  const ready = ssh.connect({
    sock,
    username: route.user,
    readyTimeout: timeoutMs,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
    algorithms: {
      kex: [...ALGORITHMS.kex],
      cipher: [...ALGORITHMS.cipher],
      compress: [...ALGORITHMS.compress],
      serverHostKey: [...new Set(route.hostKeys.flatMap(signatureAlgorithms))],
    },
    hostVerifier: (blob: Buffer) => isPinned(blob, route.hostKeys, seen),
    authHandler: offerKeys(login, route.user, seen),
  });
  const client = ssh.connection!;
  ignoreOtherHostKeys(client);
  const link = linkOver(client, route.host, sock);
  try {
    await ready;
    return link;
  } catch (error) {
    link.destroy();
    throw new DialError(classify(error, seen, timeoutMs));
  }
}

interface Seen extends Attempts {
  /** The key that the host showed, where it is not one of those that are pinned. */
  presented: HostKey | undefined;
}

// Narrowed to what is pinned: else the host shows the type that it likes best, and the right host is refused.
// An RSA key signs with SHA-2 only.
const SIGNATURES: ReadonlyMap<string, readonly ServerHostKeyAlgorithm[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

function signatureAlgorithms({ type }: HostKey): readonly ServerHostKeyAlgorithm[] {
  return SIGNATURES.get(type) ?? [];
}

function isPinned(blob: Buffer, pinned: readonly HostKey[], seen: Seen): boolean {
  const presented = { type: blobType(blob), blob: blob.toString('base64') };
  if (pinned.some((key) => key.type === presented.type && key.blob === presented.blob)) return true;
  seen.presented = presented;
  return false;
}

function classify(error: unknown, seen: Seen, ms: number): DialFailure {
  const { message, level, code } = facts(error);
  if (seen.presented) return { kind: 'host-key', presented: seen.presented };
  if (message.includes('no matching host key format')) return { kind: 'host-key-type' };
  if (level === 'client-timeout') return { kind: 'timeout', waitedFor: 'login', ms };
  if (isRefusedLogin(message, level, code)) {
    return { kind: 'authentication', offered: seen.offered, accepted: seen.accepted, said: message };
  }
  if (level === 'handshake') return { kind: 'protocol', said: message };
  return { kind: 'closed', said: message };
}

const NO_MORE_AUTH_METHODS = '14';

function isRefusedLogin(message: string, level: string, code: string): boolean {
  if (level === 'client-authentication' || level === 'agent') return true;
  return code === NO_MORE_AUTH_METHODS || message.includes('Too many authentication failures');
}

function facts(error: unknown): { message: string; level: string; code: string } {
  if (!(error instanceof Error)) return { message: String(error), level: '', code: '' };
  const level = 'level' in error ? String(error.level) : '';
  const code = 'code' in error ? String(error.code) : '';
  return { message: error.message, level, code };
}
