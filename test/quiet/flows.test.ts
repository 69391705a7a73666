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

// A machine that does other work beside this loses a packet now and then, whatever is deployed. What a deployment
// loses, it loses in the second round as well.
it('lose nothing, a hundred packets a second between clusters 1 and 2', async () => {
  const rounds: (readonly Flows[])[] = [];
  const isLossless = () => rounds.at(-1)?.every(({ lost }) => lost === 0) === true;
  while (rounds.length < 2 && !isLossless()) rounds.push(await thirdClusterComesAndGoes());
  for (const flows of rounds.flat()) expect(flows.sent).toBeGreaterThan(400);
  expect(isLossless(), rounds.flat().join('\n')).toBe(true);
});
