import { parseArgs } from 'node:util';
import { random } from '../chaos/random.ts';
import { ACTS, SYSTEMD_ACTS } from './acts/acts.ts';
import { fullScene, lightScene } from './scenes.ts';
import { conspire, describeDeeds, vandalise, type Deed } from './suite.ts';

// Usage: npm run vandal -- [--full] [--alone] [--only TEXT] [--trials N] [--seed S]
// Breaks what Kuiil owns on a network of examples/two-clusters, every way alone (--alone) and then in N random combinations, and
// sees whether `kuiil drift` finds and names it, `--heal` mends it, and the network is clean after. --full: on hosts with systemd.

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    trials: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});
const acts = [...ACTS, ...(values.full ? SYSTEMD_ACTS : [])].filter(({ name }) => name.includes(values.only));
const alone: Deed[][] = values.alone ? acts.flatMap((act) => act.on.map((host) => [{ act, host }])) : [];
const conspiracies = Array.from({ length: Number(values.trials) }, (_, i) => {
  const dice = random(Number(values.seed) + i);
  return { seed: Number(values.seed) + i, deeds: conspire(acts, dice, Math.floor(dice.between(2, 7))) };
});
const scene = await (values.full ? fullScene() : lightScene());
let failed = 0;
try {
  for (const { seed, deeds } of [
    ...alone.map((each) => ({ seed: undefined, deeds: each })),
    ...conspiracies,
  ]) {
    const from = performance.now();
    const wrongs = await vandalise(scene, deeds);
    const took = `${((performance.now() - from) / 1000).toFixed(1)} s`;
    console.log(
      `${wrongs.length > 0 ? 'FAILED' : 'ok    '} ${seed === undefined ? '' : `seed ${seed} `}${describeDeeds(deeds)} (${took})`,
    );
    for (const wrong of wrongs) console.log(`       ${wrong}`);
    if (wrongs.length > 0) failed++;
  }
} finally {
  await scene.down();
}
console.log(`${alone.length + conspiracies.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
