import type { webcrypto } from 'node:crypto';

/**
 * Whether a body was signed with one of the secrets: HMAC-SHA256 over its very bytes, as `sha256=` and 64 hexadecimal digits (GitHub,
 * "Validating webhook deliveries"). WebCrypto compares in constant time, and is there on every platform.
 */
export async function isSigned(
  body: Uint8Array<ArrayBuffer>,
  signature: string,
  secrets: readonly string[],
): Promise<boolean> {
  const digits = /^sha256=([0-9a-f]{64})$/.exec(signature)?.[1];
  if (digits === undefined) return false;
  const given = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const matches = await Promise.all(
    secrets.map(async (secret) => crypto.subtle.verify('HMAC', await keyOf(secret), given, body)),
  );
  return matches.includes(true);
}

const keys = new Map<string, Promise<webcrypto.CryptoKey>>();

function keyOf(secret: string): Promise<webcrypto.CryptoKey> {
  const known = keys.get(secret);
  if (known) return known;
  const bytes = new TextEncoder().encode(secret);
  const key = crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  keys.set(secret, key);
  return key;
}
