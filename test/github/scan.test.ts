import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSecrets } from '../../scripts/scan-secrets.mjs';

const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('the scanner that looks through everything the tests kept', () => {
  it.each([
    ['a private key', `x ${PEM}`],
    ['the middle of a key that a test made', `log: ${PEM.split('\n')[1]} and more`],
    ['a token of a job', `authorization: ghs_${'a'.repeat(36)}`],
    ['a WireGuard key in a file', `PrivateKey = ${'A'.repeat(42)}A=`],
    ['a preshared key', `PresharedKey=${'A'.repeat(42)}A=`],
  ])('finds %s', (_name, text) => {
    expect(findSecrets(text, [PEM])).not.toEqual([]);
  });

  it('lets what may be published pass', () => {
    expect(
      findSecrets(`PublicKey = ${'A'.repeat(42)}A=\nghs_short\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5`, [PEM]),
    ).toEqual([]);
  });
});
