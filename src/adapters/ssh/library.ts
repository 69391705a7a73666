// The door through which the SSH library comes in. Of node-ssh we take the connecting; commands run on the ssh2 client below
// it, because node-ssh collects output without a bound, decodes it chunk by chunk (which breaks a character
// that two chunks share), and resolves when the connection dies in the middle of a command.
import ssh2 from 'ssh2';

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
