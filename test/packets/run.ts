import { parseArgs } from 'node:util';
import { clearLeftovers } from '../../src/adapters/twin/registry.ts';
import { each } from '../../src/app/each.ts';
import { FAULTS } from './faults.ts';
import { sceneOf, sceneWith } from './scene.ts';
import { describe, play, type Trial } from './trial.ts';

// Usage: npm run packets -- --topologies N --seed S [--only FAULT] [--at-once 2] [--verbose]
// Topology I has the seed S + I, which decides everything: `--topologies 1 --seed S` of a printed one does it again. Needs root, as a
// twin does. With --only a network that has nothing of the kind to break takes no part.

const { values } = parseArgs({
  options: {
    topologies: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    verbose: { type: 'boolean', default: false },
  },
});
await clearLeftovers();
const from = performance.now();
const seeds = Array.from({ length: Number(values.topologies) }, (_, i) => Number(values.seed) + i);
const { only } = values;
const scenes = seeds.map((seed) => (only === undefined ? sceneOf(seed) : sceneWith(only, seed)));
const possible = scenes.filter((scene) => scene !== undefined);
const trials = await each(possible, Number(values['at-once']), async (scene) => {
  const trial = await play(scene);
  show(trial);
  return trial;
});
summarise();

function show({ scene, pairs, seen, disagreements, tookMs }: Trial): void {
  const word = disagreements.length > 0 ? 'FAILED' : 'ok';
  const { masquerade, proxies, pathMtuDiscovery, strictReturn } = scene.conditions;
  const { hub, clusters } = scene.topology;
  console.log(
    `${word.padEnd(6)} seed ${scene.seed}: ${scene.fleet.size} hosts, ${pairs} pairs, ${seen.reached} reached, ${seen['only small ones']} only small, ${seen.lost} lost (${(tookMs / 1000).toFixed(1)} s)`,
  );
  if (disagreements.length === 0 && !values.verbose) return;
  const policies = [...scene.conditions.hosts].map(
    ([host, each]) => `${host} ${each.forward}/${each.input}${each.forwards ? '/forwards' : ''}`,
  );
  console.log(
    `       masquerade ${masquerade}, kube-proxy knows pods ${proxies}, PMTUD ${pathMtuDiscovery}, strict ${strictReturn}; ${policies.join(', ')}`,
  );
  console.log(
    `       dials ${hub.endpoint.host}; ${clusters.map((cluster) => `${cluster.name}: routers ${cluster.routers.map(({ value }) => value).join(' ')}; ${cluster.nodes.map(({ node, tunnel, podCIDRs }) => `${node}${tunnel.length > 0 ? '*' : ''}${podCIDRs.length > 0 ? '+' : ''}`).join(' ')}`).join('; ')}`,
  );
  for (const { kind, told } of scene.faults) console.log(`       ${kind}: ${told}`);
  const shown = values.verbose ? disagreements : disagreements.slice(0, 6);
  for (const each of shown) console.log(`       - ${describe(each)}`);
  if (disagreements.length > shown.length)
    console.log(`       - and ${disagreements.length - shown.length} more`);
}

function summarise(): void {
  const sum = (of: (trial: Trial) => number) => trials.reduce((total, trial) => total + of(trial), 0);
  console.log('');
  for (const kind of ['none', ...FAULTS.keys()]) {
    const ours = trials.filter(({ scene }) =>
      kind === 'none' ? scene.faults.length === 0 : scene.faults.some((fault) => fault.kind === kind),
    );
    const wrong = ours.filter(({ disagreements }) => disagreements.length > 0);
    const seeds = wrong.length > 0 ? `, disagree: ${wrong.map(({ scene }) => scene.seed).join(' ')}` : '';
    if (ours.length > 0)
      console.log(`${kind.padEnd(18)} ${ours.length - wrong.length} of ${ours.length}${seeds}`);
  }
  const wrong = sum(({ disagreements }) => disagreements.length);
  console.log(
    `${trials.length} topologies, ${sum(({ pairs }) => pairs)} pairs (${sum(({ seen }) => seen.reached)} reached, ${sum(({ seen }) => seen['only small ones'])} only small ones, ${sum(({ seen }) => seen.lost)} lost), ${wrong} disagreements, ${((performance.now() - from) / 1000 / trials.length).toFixed(2)} s a topology`,
  );
  process.exit(wrong > 0 ? 1 : 0);
}
