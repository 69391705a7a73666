import { createHash } from 'node:crypto';

/** The fingerprint that `ssh-keygen -l` prints for a public key blob. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The type that the blob itself names in its first field (RFC 4253, section 6.6). */
export function blobType(blob: Buffer): string {
  const size = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return blob.toString('latin1', 4, 4 + Math.min(size, 64));
}
