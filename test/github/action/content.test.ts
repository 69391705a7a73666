import { afterAll, beforeAll, expect, it } from 'vitest';
import { Scene, TOPOLOGY } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
});
afterAll(() => scene.github.close());

it.each([
  ['reads', 'a megabyte and a half', 1_500_000, 0],
  ['refuses', 'more than 4 MiB', 4_400_000, 1],
])('%s a topology of %s', async (_, __, bytes, expected) => {
  const text = `${'# padding padding padding padding\n'.repeat(bytes / 34)}${TOPOLOGY}`;
  const pull = await scene.wendy.openPull(`large-${bytes}`, { 'topology.yaml': text });
  const { code, log } = await scene.plan(pull);
  expect(code, log).toBe(expected);
});

it('annotates everything, in requests of 50', async () => {
  const nodes = Array.from({ length: 120 }, (_, i) => `      x${i}: 192.168.77.${i + 300}\n`).join('');
  const pull = await scene.wendy.openPull('many', {
    'topology.yaml': TOPOLOGY.replace('    nodes:\n', `    nodes:\n${nodes}`),
  });
  expect((await scene.plan(pull)).code).toBe(1);
  const annotations = await scene.annotations(pull.head.sha);
  expect(new Set(annotations.map(({ start_line }) => start_line)).size).toBeGreaterThanOrEqual(120);
});
