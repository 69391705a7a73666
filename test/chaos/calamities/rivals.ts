import { sleep } from '../fleet.ts';
import type { Calamity } from '../scene.ts';

/** Two deployments at once, of different releases or of the same one. */
export const rivals: Calamity = async ({ random, from, to, releases, start, usualMs, note }) => {
  const other = random.pick(releases.filter((release) => release.name !== from.name));
  const laterMs = Math.round(random.pick([0, random.unit() * usualMs]));
  note(`${other.name} ${laterMs}ms later`);
  const first = start();
  await sleep(laterMs);
  const second = start(other);
  const [a, b] = await Promise.all([first.ended, second.ended]);
  return {
    attempts: [
      { release: to, ended: a },
      { release: other, ended: b },
    ],
  };
};
