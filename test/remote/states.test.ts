import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootBench, deploy, differences, OWNER, type Bench } from './transaction.ts';
import { randomState, releaseOf, seeded } from './states.ts';

const SEED = Number(process.env.KUIIL_SEED ?? Date.now() % 100_000);
const ROUNDS = Number(process.env.KUIIL_ROUNDS ?? 6);

describe(`from any state to any state (KUIIL_SEED=${SEED})`, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await bootBench();
  });
  afterAll(() => bench.box.destroy());

  it(`reaches each of ${ROUNDS} random releases from the one before, and then has nothing left to do`, async () => {
    const { box, keys } = bench;
    const random = seeded(SEED);
    for (let i = 0; i < ROUNDS; i++) {
      const release = releaseOf(randomState(random, keys));
      await deploy(box, release, `t${i}`);
      expect(await differences(box, release), `round ${i}\n${release.text}`).toEqual([]);
      expect((await box.demand('tick', [])).did).toEqual([]);
    }
  });

  it('goes back from each of them to the confirmed one', async () => {
    const { box, keys } = bench;
    const random = seeded(SEED + 1);
    const confirmed = releaseOf(randomState(random, keys));
    await deploy(box, confirmed, 'base');
    for (let i = 0; i < ROUNDS / 2; i++) {
      const other = releaseOf(randomState(random, keys));
      const phase = ['expand', 'switch', 'whole'][random(3)]!;
      await box.demand('stage', [other.digest], other.text);
      await box.demand('activate', [`r${i}`, other.digest, '60', phase], OWNER);
      if (phase === 'whole') expect(await differences(box, other), `round ${i}`).toEqual([]);
      await box.demand('revert', [`r${i}`]);
      expect(await differences(box, confirmed), `round ${i} ${phase}\n${other.text}`).toEqual([]);
      expect((await box.demand('tick', [])).did).toEqual([]);
    }
  });
});
