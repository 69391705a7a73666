// The door through which the SSH library comes in. Of node-ssh we take the connecting; commands run on the ssh2 client below
// it, because node-ssh collects output without a bound, decodes it chunk by chunk (which breaks a character
// that two chunks share), and resolves when the connection dies in the middle of a command.
import ssh2, { type Client } from 'ssh2';

export { NodeSSH } from 'node-ssh';
export type {
  AuthHandlerMiddleware,
  Client,
  IdentityCallback,
  ParsedKey,
  ServerHostKeyAlgorithm,
} from 'ssh2';

export const { OpenSSHAgent } = ssh2;
export const { parseKey } = ssh2.utils;

/**
 * Keeps the library from having OpenSSH prove every other host key that it has: a signature a key on the host and a check here, a
 * twentieth of a connection's CPU, for keys that nobody may learn in passing. It asks only servers whose version it knows.
 */
export function ignoreOtherHostKeys(client: Client): void {
  client.once('handshake', () => Object.assign(client, { _remoteVer: undefined }));
}
