// What compiling costs, beside the time that the yaml library alone needs to read the same two files.
import { performance } from 'node:perf_hooks';
import { parseDocument } from 'yaml';
import { check } from '../src/app/check.ts';
import { surroundingsOf } from '../src/app/proof.ts';
import { compile } from '../src/core/compile/compile.ts';
import { prove } from '../src/core/prove/prove.ts';
import { render } from '../src/core/render/render.ts';
import { fleetText } from './fleet-text.ts';

const ROUNDS = 5;
const BAR = 3;

interface Round {
  readonly yaml: number;
  readonly check: number;
  readonly compile: number;
  readonly render: number;
  readonly prove: number;
}

function once(topology: string, keys: string): Round {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const input = {
    topology: { file: 'topology.yaml', bytes: bytes(topology) },
    keys: { file: 'topology.keys.yaml', bytes: bytes(keys) },
  };
  globalThis.gc?.();
  const t0 = performance.now();
  parseDocument(topology);
  parseDocument(keys);
  const t1 = performance.now();
  const { value, diagnostics } = check(input);
  if (!value) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  const t2 = performance.now();
  const fleet = compile(value);
  const t3 = performance.now();
  let files = 0;
  for (const state of fleet.values()) files += render(state).length;
  const t4 = performance.now();
  if (files < fleet.size) throw new Error('a host renders nothing');
  const { unreached, roads } = prove(fleet, surroundingsOf(value));
  const t5 = performance.now();
  if (unreached.length + roads.length > 0) throw new Error('something is not reached');
  return { yaml: t1 - t0, check: t2 - t1, compile: t3 - t2, render: t4 - t3, prove: t5 - t4 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

console.log('  hosts      yaml     check   compile    render     prove     total   total/yaml   memory');
for (const clusters of [10, 100, 1000]) {
  const { topology, keys } = fleetText(clusters, 10);
  const rounds = Array.from({ length: ROUNDS }, () => once(topology, keys));
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const total = of((round) => round.check + round.compile + round.render + round.prove);
  const cells = [
    of((r) => r.yaml),
    of((r) => r.check),
    of((r) => r.compile),
    of((r) => r.render),
    of((r) => r.prove),
    total,
  ];
  const ratio = median(rounds.map((r) => (r.check + r.compile + r.render + r.prove) / r.yaml));
  const memory = (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  console.log(
    `${String(clusters * 10).padStart(7)} ${cells.map((ms) => `${ms.toFixed(1)} ms`.padStart(9)).join(' ')} ` +
      `${`${ratio.toFixed(2)} ×`.padStart(12)} ${`${memory} MiB`.padStart(8)}`,
  );
  if (clusters === 1000) console.log(`the bar is ${BAR} × (parse, validate, compile, render, prove)`);
}
