import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { compile } from '../../src/core/compile/compile.ts';
import { apply } from '../../src/core/diff/apply.ts';
import { diff } from '../../src/core/diff/diff.ts';
import { covers, overlaps } from '../../src/core/model/address.ts';
import type { Fleet, HostState } from '../../src/core/model/host-state.ts';
import { observeRelease } from '../../src/core/observe/release.ts';
import { renderRelease } from '../../src/core/render/release.ts';
import { networks, texts, type Network } from './networks.ts';

function fleetOf(network: Network): Fleet {
  const { topology, keys } = texts(network);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const checked = check({
    topology: { file: 'topology.yaml', bytes: bytes(topology) },
    keys: { file: 'topology.keys.yaml', bytes: bytes(keys) },
  });
  if (!checked.value)
    throw new Error(
      `the generated network is refused:\n${topology}\n${JSON.stringify(checked.diagnostics, null, 1)}`,
    );
  return compile(checked.value);
}

function releases(fleet: Fleet): string {
  return [...fleet.values()].map((state) => renderRelease(state, 'wg0')).join('');
}

/** The same data with the keys of every mapping in another order. */
function shuffle(value: unknown, random: () => number): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => ({
    key,
    each: shuffle(each, random),
    rank: random(),
  }));
  return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ key, each }) => [key, each]));
}

describe('the core, for any network', () => {
  it('renders the same bytes whatever the order in the YAML', () => {
    fc.assert(
      fc.property(
        networks,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (network, stream) => {
          const random = () => stream.next().value as number;
          const other = {
            topology: shuffle(network.topology, random),
            keys: shuffle(network.keys, random),
          } as Network;
          expect(releases(fleetOf(other))).toBe(releases(fleetOf(network)));
        },
      ),
    );
  });

  it('observes exactly what it rendered', () => {
    fc.assert(
      fc.property(networks, (network) => {
        for (const state of fleetOf(network).values()) {
          const { value, unread } = observeRelease(renderRelease(state, 'wg0'));
          expect(unread).toEqual([]);
          expect(value?.state).toEqual(state);
        }
      }),
    );
  });

  it('finds no difference between a state and itself', () => {
    fc.assert(
      fc.property(networks, (network) => {
        const [once, again] = [fleetOf(network), fleetOf(network)];
        for (const [host, state] of once) expect(diff(state, again.get(host))).toEqual([]);
      }),
    );
  });

  it('turns any state into any other by applying their difference', () => {
    fc.assert(
      fc.property(networks, networks, fc.boolean(), (a, b, reversed) => {
        const [before, after] = [[...fleetOf(a).values()], [...fleetOf(b).values()]];
        before.slice(0, after.length).forEach((state, i) => {
          const wanted: HostState = { ...after[i]!, host: state.host };
          const changes = diff(state, wanted);
          expect(apply(state, reversed ? changes.toReversed() : changes)).toEqual(wanted);
        });
      }),
    );
  });

  it('gives no prefix to two peers, and nests one only in a wider one of another node on purpose', () => {
    fc.assert(
      fc.property(networks, (network) => {
        for (const { wireguard } of fleetOf(network).values()) {
          const entries = (wireguard?.peers ?? []).flatMap((peer) =>
            peer.allowedIPs.map((prefix) => ({ peer: peer.name, prefix })),
          );
          expect(new Set(entries.map(({ prefix }) => prefix.text)).size).toBe(entries.length);
          for (const a of entries) {
            for (const b of entries) {
              if (a === b || !overlaps(a.prefix, b.prefix)) continue;
              expect(covers(a.prefix, b.prefix) || covers(b.prefix, a.prefix)).toBe(true);
              expect(a.peer).not.toBe(b.peer);
            }
          }
        }
      }),
    );
  });
});
