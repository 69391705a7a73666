import { describe, expect, it } from 'vitest';
import { surroundingsOf } from '../../src/app/proof.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { Fleet, HostState, WireguardState } from '../../src/core/model/host-state.ts';
import { prove } from '../../src/core/prove/prove.ts';
import { EXAMPLES, example } from '../examples.ts';

interface Mutation {
  /** What is missing, for a person. */
  readonly name: string;
  readonly state: HostState;
}

describe.each(EXAMPLES)('what is rendered for %s', (name) => {
  const topology = example(name);
  const fleet = compile(topology);
  const around = surroundingsOf(topology);

  it('connects everything that is declared', () => {
    const { ends, unreached, roads } = prove(fleet, around);
    expect(ends.length).toBeGreaterThan(4);
    expect([...unreached, ...roads]).toEqual([]);
  });

  it('is all needed: without any one rule, route, address or entry of AllowedIPs something is not reached', () => {
    const all = [...fleet.values()].flatMap(mutations);
    expect(all.length).toBeGreaterThan(30);
    const superfluous = all.filter(({ state }) => {
      const faulty: Fleet = new Map(fleet).set(state.host, state);
      const { unreached, roads } = prove(faulty, around);
      return unreached.length + roads.length === 0;
    });
    expect(superfluous.map((mutation) => mutation.name)).toEqual([]);
  });
});

/** The state without one thing, for each thing in it. */
function mutations(state: HostState): readonly Mutation[] {
  const { host, wireguard, forwarding, routes, chains } = state;
  return [
    ...forwarding.map((family) => ({
      name: `${host}: forwarding of IPv${family}`,
      state: { ...state, forwarding: forwarding.filter((each) => each !== family) },
    })),
    ...routes.flatMap((group, i) =>
      group.destinations.map((destination) => ({
        name: `${host}: route ${destination.text}`,
        state: {
          ...state,
          routes: routes
            .with(i, { ...group, destinations: group.destinations.filter((each) => each !== destination) })
            .filter(({ destinations }) => destinations.length > 0),
        },
      })),
    ),
    ...chains.flatMap((chain, i) =>
      chain.rules.map((rule) => ({
        name: `${host}: IPv${chain.family} ${chain.table} ${chain.chain} ${JSON.stringify(rule)}`,
        state: {
          ...state,
          chains: chains.with(i, { ...chain, rules: chain.rules.filter((each) => each !== rule) }),
        },
      })),
    ),
    ...(wireguard
      ? inTunnel(wireguard).map(({ name, after }) => ({
          name: `${host}: ${name}`,
          state: { ...state, wireguard: after },
        }))
      : []),
  ];
}

function inTunnel(
  wireguard: WireguardState,
): readonly { readonly name: string; readonly after: WireguardState }[] {
  const { addresses, peers } = wireguard;
  return [
    ...addresses.map((address) => ({
      name: `address ${address.text}`,
      after: { ...wireguard, addresses: addresses.filter((each) => each !== address) },
    })),
    ...peers.flatMap((peer, i) =>
      peer.allowedIPs.map((prefix) => ({
        name: `AllowedIPs of ${peer.name} ${prefix.text}`,
        after: {
          ...wireguard,
          peers: peers.with(i, { ...peer, allowedIPs: peer.allowedIPs.filter((each) => each !== prefix) }),
        },
      })),
    ),
  ];
}
