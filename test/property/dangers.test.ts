import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/app/check.ts';
import { plan } from '../../src/app/plan.ts';
import { DANGER_CODES, isAccepted } from '../../src/core/model/danger.ts';
import { networks, texts, type Network } from './networks.ts';

function examined(network: Network) {
  const { topology, keys } = texts(network);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const found = check({
    topology: { file: 'topology.yaml', bytes: bytes(topology) },
    keys: { file: 'topology.keys.yaml', bytes: bytes(keys) },
  });
  if (!found.value) throw new Error(`the generated network is refused:\n${topology}`);
  return { value: found.value, locate: found.locate };
}

function step(before: Network, after: Network) {
  const { value, locate } = examined(after);
  return plan(examined(before).value, value, locate);
}

describe('dangers, between any two networks', () => {
  it('are none from a network to itself', () => {
    fc.assert(
      fc.property(networks, (network) => {
        expect(step(network, network).dangers).toEqual([]);
      }),
    );
  });

  it('are each named once, with a line', () => {
    fc.assert(
      fc.property(networks, networks, (before, after) => {
        const { dangers } = step(before, after);
        const names = dangers.map(({ code, subject }) => `${code} ${subject}`);
        expect(new Set(names).size).toBe(names.length);
        for (const { span } of dangers) expect(span.line).toBeGreaterThan(0);
      }),
    );
  });

  it('are accepted by their own code in their own plan, and by nothing else', () => {
    fc.assert(
      fc.property(networks, networks, fc.constantFrom(...DANGER_CODES), (before, after, code) => {
        const [there, back] = [step(before, after), step(after, before)];
        const acceptance = { code, digest: there.digest.slice(0, 40) };
        for (const danger of there.dangers)
          expect(isAccepted(danger, there.digest, [acceptance])).toBe(danger.code === code);
        if (there.digest === back.digest) return;
        for (const danger of back.dangers) expect(isAccepted(danger, back.digest, [acceptance])).toBe(false);
      }),
    );
  });
});
