import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outdatesSessions } from '../../src/app/deploy/handshakes.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { diff } from '../../src/core/diff/diff.ts';
import { HUB, hostName } from '../../src/core/model/name.ts';
import { check } from '../../src/app/check.ts';

const ROUTER = hostName('cluster1', 'c1-master');
const TEXT = readFileSync('examples/two-clusters/topology.yaml', 'utf8');
const KEYS = readFileSync('examples/two-clusters/topology.keys.yaml', 'utf8');

/** The router's and the hub's part in a step from the example to it with this instead of that. */
function isOutdated(that: string, instead: string): boolean {
  const swap = (text: string) => text.replace(that, instead);
  expect(swap(TEXT) + swap(KEYS)).not.toBe(TEXT + KEYS);
  const [before, after] = [fleet(TEXT, KEYS), fleet(swap(TEXT), swap(KEYS))];
  const part = (host: typeof ROUTER) => {
    const state = after.get(host)!;
    const release = { text: '', digest: '' };
    return {
      changes: diff(before.get(host), state),
      desired: { state, release, interfaceName: 'wg0' },
    };
  };
  return outdatesSessions(part(ROUTER), part(HUB));
}

function fleet(topology: string, keys: string) {
  const { value, diagnostics } = check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(topology) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(keys) },
  });
  if (!value) throw new Error(JSON.stringify(diagnostics));
  return compile(value);
}

const key = (host: string) => new RegExp(`^${host}: .*?wireguard: '([^']+)`, 'm').exec(KEYS)![1]!;
const OTHER_KEY = Buffer.alloc(32, 9).toString('base64');

describe('a session of before', () => {
  it.each([
    ['the hub has another endpoint', '203.0.113.1', '203.0.113.9'],
    ['the hub listens on another port', 'subnet: 192.168.99.0/24', 'subnet: 192.168.99.0/24\n  port: 51900'],
    ['the hub has another key', key('hub'), OTHER_KEY],
    ['the router has another key', key(ROUTER), OTHER_KEY],
    [
      'the interface has another name',
      'subnet: 192.168.99.0/24',
      'subnet: 192.168.99.0/24\n  interface: wg7',
    ],
  ])('proves nothing when %s', (_, that, instead) => {
    expect(isOutdated(that, instead)).toBe(true);
  });

  it.each([
    ['a range comes elsewhere', '10.97.0.0/16', '10.97.0.0/16\n    ranges: { metallb: 10.0.50.0/24 }'],
    ['a range of its own changes', '10.96.0.0/16', '10.99.0.0/16'],
    ['another router has another key', key('cluster2/c2-master'), OTHER_KEY],
    ['the MTU changes', 'subnet: 192.168.99.0/24', 'subnet: 192.168.99.0/24\n  mtu: 1380'],
  ])('goes on proving what it did when %s', (_, that, instead) => {
    expect(isOutdated(that, instead)).toBe(false);
  });
});
