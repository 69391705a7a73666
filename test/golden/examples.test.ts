import { describe, expect, it } from 'vitest';
import { compile } from '../../src/core/compile/compile.ts';
import { render } from '../../src/core/render/render.ts';
import { EXAMPLES, example } from '../examples.ts';
import { expectGolden } from './golden.ts';

describe.each(EXAMPLES)('the example %s', (name) => {
  const fleet = compile(example(name));

  it('renders the files that were reviewed', () => {
    for (const [host, state] of fleet) {
      for (const file of render(state)) {
        expectGolden(`test/golden/examples/${name}/expected/${host}${file.path}`, file.text);
      }
    }
  });

  it('has a state for every host', () => {
    expect(fleet.size).toBeGreaterThan(3);
  });
});

describe('the network of the original guide', () => {
  const fleet = compile(example('guide'));
  const texts = (list: readonly { readonly text: string }[] | undefined) =>
    (list ?? []).map((each) => each.text);
  const state = (host: string) => [...fleet.values()].find((each) => each.host === host)!;

  it('gives the hub exactly the AllowedIPs of the guide', () => {
    const peers = new Map(state('hub').wireguard!.peers.map((peer) => [peer.name, texts(peer.allowedIPs)]));
    expect(peers.get('cluster1/master')?.toSorted()).toEqual([
      '10.244.0.0/16',
      '192.168.100.0/24',
      '192.168.99.10/32',
    ]);
    expect(peers.get('cluster2/master')?.toSorted()).toEqual([
      '10.233.0.0/16',
      '192.168.0.0/24',
      '192.168.99.14/32',
    ]);
  });

  it('gives a router exactly the AllowedIPs of the guide', () => {
    const [hub, ...others] = state('cluster1/master').wireguard!.peers;
    expect(others).toEqual([]);
    expect(texts(hub!.allowedIPs).toSorted()).toEqual(['10.233.0.0/16', '192.168.0.0/24', '192.168.99.0/24']);
  });

  it('routes on every other node what the guide routes, through the router', () => {
    const [group, ...others] = state('cluster1/node1').routes;
    expect(others).toEqual([]);
    expect(group!.via?.text).toBe('192.168.100.100');
    expect(texts(group!.destinations).toSorted()).toEqual([
      '10.233.0.0/16',
      '192.168.0.0/24',
      '192.168.99.0/24',
    ]);
  });

  it('leaves plain nodes without rules, forwarding and WireGuard', () => {
    const { wireguard, chains, forwarding } = state('cluster1/node1');
    expect({ wireguard, chains, forwarding }).toEqual({ wireguard: undefined, chains: [], forwarding: [] });
  });
});
