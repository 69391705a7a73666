import { expect, it } from 'vitest';
import { Deployer } from '../e2e/program.ts';
import { topologyOf, up } from '../e2e/twin-example.ts';
import { deployStage, flowsDuring, TOPOLOGIES, type Flows } from '../flows/third-cluster.ts';

const STAGES = [
  ['without', 'added'],
  ['added', 'without'],
] as const;

/** The bounded part of test/fleet/flows.test.ts, on light hosts: what is lost while cluster 3 is added, and while it is taken out. */
async function thirdClusterComesAndGoes(): Promise<readonly Flows[]> {
  const network = await up(topologyOf(TOPOLOGIES.added));
  try {
    const site = { deployer: new Deployer(network), network };
    await deployStage(site, undefined, 'without');
    const flows: Flows[] = [];
    for (const [from, to] of STAGES)
      flows.push(await flowsDuring(network, () => deployStage(site, from, to)));
    return flows;
  } finally {
    await network.down();
  }
}

// Four of ten rounds lost one packet or two of some 4,000 on a machine at rest, for a reason that is not found (docs/interruptions.md).
// What a deployment loses by what it does, it loses in every round.
const ROUNDS = 4;

it('lose nothing, a hundred packets a second between clusters 1 and 2', async () => {
  const rounds: (readonly Flows[])[] = [];
  const isLossless = () => rounds.at(-1)?.every(({ lost }) => lost === 0) === true;
  while (rounds.length < ROUNDS && !isLossless()) rounds.push(await thirdClusterComesAndGoes());
  for (const flows of rounds.flat()) expect(flows.sent).toBeGreaterThan(400);
  expect(isLossless(), rounds.flat().join('\n')).toBe(true);
});
