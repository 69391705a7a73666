declare const brand: unique symbol;

/** A WireGuard public key: 32 bytes of Curve25519 in base64. There is no type for a private one in the core. */
export type PublicKey = string & { readonly [brand]: 'PublicKey' };

// 43 significant characters; the last holds only four bits, which leaves these sixteen. A lenient base64
// decoder would read other spellings of the same bytes, and two spellings would defeat the duplicate check.
const PUBLIC_KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

export const ALL_ZERO_KEY = `${'A'.repeat(43)}=`;

export function parsePublicKey(text: string): PublicKey | undefined {
  return PUBLIC_KEY.test(text) ? (text as PublicKey) : undefined;
}

/** An SSH host key that is pinned: its type, and the base64 blob as `known_hosts` writes it. */
export interface HostKey {
  readonly type: string;
  readonly blob: string;
}

/** What both ssh2 and OpenSSH verify without a certificate or a hardware token. */
export const HOST_KEY_TYPES: readonly string[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
];

/** Parses `TYPE BASE64 [COMMENT]`; the blob must name the same type inside (RFC 4253, section 6.6). */
export function parseHostKey(text: string): HostKey | undefined {
  const match = /^([a-z0-9-]+) ([A-Za-z0-9+/]{24,}={0,2})(?: [ -~]*)?$/.exec(text);
  if (!match) return undefined;
  const type = match[1]!;
  const blob = match[2]!;
  return HOST_KEY_TYPES.includes(type) && innerType(blob) === type ? { type, blob } : undefined;
}

export function formatHostKey(key: HostKey): string {
  return `${key.type} ${key.blob}`;
}

function innerType(blob: string): string | undefined {
  if (blob.length % 4 !== 0) return undefined;
  const bytes = atob(blob);
  const size = (bytes.charCodeAt(2) << 8) | bytes.charCodeAt(3);
  return bytes.slice(4, 4 + size);
}
