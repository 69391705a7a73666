import { createHmac } from 'node:crypto';
import type { KnownHosts } from '../../app/known-hosts.ts';
import { parseHostKey, type HostKey } from '../../core/model/key.ts';

/**
 * Reads a `known_hosts` file as sshd(8) describes it. Unlike ssh, and like `ssh-keygen -F`, a line for the bare name
 * does not speak for another port. `@cert-authority` lines are left out; a `@revoked` key is known for nobody it names.
 */
export function parseKnownHosts(text: string): KnownHosts {
  const lines = text.split(/\r?\n/).flatMap(parseLine);
  return (host, port) => {
    const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
    const matching = lines.filter((line) => line.matches(name));
    const revoked = new Set(matching.filter((line) => line.revoked).map((line) => line.key.blob));
    const keys = new Map(matching.map(({ key }) => [key.blob, key]));
    return [...keys.values()].filter((key) => !revoked.has(key.blob));
  };
}

interface Line {
  readonly matches: (name: string) => boolean;
  readonly key: HostKey;
  readonly revoked: boolean;
}

function parseLine(line: string): Line[] {
  const match = /^\s*(?:(@\S+)\s+)?([^#@\s]\S*)\s+(\S+)\s+(\S+)/.exec(line);
  if (!match) return [];
  const [, marker, hosts, type, blob] = match;
  const key = parseHostKey(`${type} ${blob}`);
  if (!key || (marker !== undefined && marker !== '@revoked')) return [];
  return [{ matches: hostMatcher(hosts!), key, revoked: marker === '@revoked' }];
}

function hostMatcher(field: string): (name: string) => boolean {
  const hashed = /^\|1\|([A-Za-z0-9+/]+=*)\|([A-Za-z0-9+/]+=*)$/.exec(field);
  if (hashed) {
    const salt = Buffer.from(hashed[1]!, 'base64');
    return (name) => createHmac('sha1', salt).update(name).digest('base64') === hashed[2];
  }
  const patterns = field.split(',').map((text) => ({
    negated: text.startsWith('!'),
    pattern: wildcard(text.replace(/^!/, '').toLowerCase()),
  }));
  return (name) => {
    const hits = patterns.filter(({ pattern }) => pattern.test(name));
    return hits.length > 0 && !hits.some(({ negated }) => negated);
  };
}

// One star for a run of them: a line of many would keep the matcher busy for hours.
function wildcard(text: string): RegExp {
  const source = text
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
