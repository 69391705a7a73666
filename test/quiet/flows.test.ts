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
    // The hub still knows where its router was: nobody has to wait until that notices by itself that the hub forgot it.
    await deployStage(site, 'without', 'added');
    return flows;
  } finally {
    await network.down();
  }
}

it('lose nothing, a hundred packets a second between clusters 1 and 2', async () => {
  for (const flows of await thirdClusterComesAndGoes()) {
    expect(flows.sent).toBeGreaterThan(400);
    expect(flows.lost, String(flows)).toBe(0);
  }
});
