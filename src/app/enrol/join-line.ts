import { createHash } from 'node:crypto';
import type { HostEntry } from '../../core/edit/keys.ts';
import { quote } from '../../core/model/escape.ts';
import { parseHostKey, parsePublicKey } from '../../core/model/key.ts';
import { parseHostName, type HostName } from '../../core/model/name.ts';

export interface Joining {
  readonly network: string;
  readonly host: HostName;
  readonly entry: HostEntry;
}

/**
 * Reads the line that a bootstrap script ends with: `kuiil-join v1 NETWORK HOST WIREGUARD-KEY|- TYPE BLOB CHECKSUM`, the
 * checksum being the first eight digits of the sha256 of what stands before it. Answers in words what is wrong with it.
 */
export function readJoinLine(text: string): Joining | { readonly wrong: string } {
  const words = text.trim().split(/\s+/);
  if (words[0] !== 'kuiil-join')
    return { wrong: `it begins with ${quote(words[0] ?? '')}, not with \`kuiil-join\`` };
  if (words[1] !== 'v1')
    return { wrong: `it is of version ${quote(words[1] ?? '')}, and this program reads \`v1\`` };
  const [, , network = '', name = '', wireguard = '', type = '', blob = '', checksum] = words;
  if (words.length !== 8) return { wrong: `it has ${words.length} words instead of 8: a part is missing` };
  if (checksum !== checksumOf(words.slice(0, 7).join(' '))) {
    return { wrong: 'its checksum is another: a character was lost or changed on the way' };
  }
  const host = parseHostName(name);
  const publicKey = parsePublicKey(wireguard);
  const hostKey = parseHostKey(`${type} ${blob}`);
  if (!host || !hostKey || (!publicKey && wireguard !== '-'))
    return { wrong: 'it holds something that is no key' };
  return { network, host, entry: { hostKeys: [hostKey], ...(publicKey ? { publicKey } : {}) } };
}

export function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
