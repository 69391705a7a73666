import { generateKeyPairSync } from 'node:crypto';
import type { HostName } from '../../core/model/name.ts';
import { makeSshKey, type SshKey } from './ssh-key.ts';

interface WireguardKey {
  readonly privateText: string;
  readonly publicText: string;
}

/** What a host of the twin proves itself with. */
export interface HostKeys {
  readonly ssh: SshKey;
  /** On hosts with a tunnel. */
  readonly wireguard?: WireguardKey;
}

export function makeHostKeys(hasTunnel: boolean): HostKeys {
  return { ssh: makeSshKey(), ...(hasTunnel ? { wireguard: makeWireguardKey() } : {}) };
}

/** The text of a keys file for exactly these hosts, which come in the order in which they are to stand. */
export function keysFile(keys: ReadonlyMap<HostName, HostKeys>): string {
  const entries = [...keys].map(([host, { ssh, wireguard }]) => {
    const tunnel = wireguard ? `wireguard: "${wireguard.publicText}", ` : '';
    return `${host}: { ${tunnel}ssh: ["${ssh.publicText}"] }\n`;
  });
  return entries.join('');
}

/** Like `wg genkey` and `wg pubkey`, without two processes a host: a JWK holds the same 32 bytes (RFC 8037). */
function makeWireguardKey(): WireguardKey {
  const { d, x } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { privateText: base64(d!), publicText: base64(x!) };
}

function base64(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('base64');
}
