import { describe, expect, it } from 'vitest';
import { Stage, type Trial } from '../chaos/trial.ts';

/**
 * The bounded part of `npm run chaos`: the calamities that tell most, by seeds that found faults or came close. Each row has a twin of
 * its own, and most of a trial is waiting for timers.
 */
const ROWS: readonly (readonly (readonly [kind: string, seed: number])[])[] = [
  [['kill-after-commit', 507]],
  [['route-away', 30029]],
  [
    ['dead-endpoint', 113],
    ['interrupt', 121],
  ],
];

async function play(row: (typeof ROWS)[number]): Promise<readonly Trial[]> {
  const stage = await Stage.up('light', 10);
  try {
    const trials: Trial[] = [];
    for (const [kind, seed] of row) trials.push(await stage.play(seed, kind));
    return trials;
  } finally {
    await stage.down();
  }
}

describe('chaos', () => {
  it('leaves every host on one release, and the program tells the truth about it', async () => {
    const trials = (await Promise.all(ROWS.map(play))).flat();
    const failed = trials.filter(({ wrongs }) => wrongs.length > 0);
    expect(
      failed.map(({ kind, seed, story, ended, wrongs }) => ({ kind, seed, story, ended, wrongs })),
    ).toEqual([]);
    expect(trials).toHaveLength(4);
  }, 400_000);
});
