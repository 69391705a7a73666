import { describe, expect, it } from 'vitest';
import { each } from '../../src/app/each.ts';
import { coveringScenes } from '../packets/cover.ts';
import { describe as tell, play } from '../packets/trial.ts';

// The bounded part of `npm run packets`: every kind of fault once, in networks that come up fast.
describe('the proof and packets', () => {
  it('agree on every pair of ends, whatever is wrong on which host', async () => {
    const trials = await each(coveringScenes(), 3, play);
    const wrong = trials.flatMap(({ scene, disagreements }) =>
      disagreements.map((each) => `seed ${scene.seed}: ${tell(each)}`),
    );
    expect(wrong).toEqual([]);
    // Neither a network that is never up nor one in which nothing breaks would show a disagreement.
    expect(trials.some(({ seen }) => seen.reached > 0)).toBe(true);
    expect(trials.some(({ seen }) => seen.lost > 0)).toBe(true);
  });
});
