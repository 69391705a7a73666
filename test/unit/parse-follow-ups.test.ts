import { describe, expect, it } from 'vitest';
import { checkText, codes, sound } from './parse-inputs.ts';

// One slip gives one diagnostic: what would only repeat it, or be false once it is mended, is not told.
const SLIPS: readonly (readonly [what: string, code: string, from: string, to: string])[] = [
  ['the only tunnel address', 'net/malformed-address', '192.168.99.10', '192.168.99.500'],
  ['the WireGuard subnet', 'net/host-bits', '192.168.99.0/24', '192.168.99.1/24'],
  ['the subnet of a cluster', 'net/malformed-cidr', '10.1.0.0/24', '10.1.0.0'],
  ['the pod range beside services', 'net/host-bits', '10.2.0.0/16', '10.2.0.1/16'],
  ['the key of the pod range', 'schema/unknown-key', 'podCIDR', 'pods'],
  ['the key of the nodes', 'schema/unknown-key', 'podCIDR', 'podcidr'],
  ['the name of the router', 'name/not-a-label', 'master:', 'Master:'],
  ['the name of the cluster', 'name/not-a-label', '  a:', '  A:'],
  ['the address of the hub', 'net/malformed-address', 'tunnel: 192.168.99.1\n', 'tunnel: 192.168.99\n'],
  ['an alias in place of a node', 'yaml/unknown-alias', 'node1: 10.1.0.11', 'node1: *x'],
];

describe('one slip, one diagnostic', () => {
  it.each(SLIPS)('%s: %s', (_what, code, from, to) => {
    expect(codes(checkText(sound([from, to])))).toEqual([code]);
  });

  it('holds for keys of a host whose entry has a slip', () => {
    const keys = 'a/master: { wireguard: "mBhCYzJ0rG1fJqfX7DkF4RzTq0l9pWm6n1cOeVZs3QA=" }\n';
    expect(codes(checkText(sound(['master:', 'Master:']), keys))).toEqual(['name/not-a-label']);
    expect(codes(checkText(sound(['tunnel: 192.168.99.10', 'tunnel: x']), keys))).toEqual([
      'net/malformed-address',
    ]);
  });

  it('does not hide what has nothing to do with it', () => {
    const found = checkText(
      sound(['192.168.99.10', '192.168.99.500'], ['10.1.0.11', '10.9.0.11'], ['203.0.113.1', '10.2.0.1']),
    );
    expect(codes(found)).toEqual(['hub/endpoint-in-tunnel', 'net/malformed-address', 'node/outside-subnet']);
  });
});
