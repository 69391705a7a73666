import { bringUp } from '../../src/adapters/twin/twin.ts';
import { Deployer } from '../e2e/program.ts';
import { example } from '../examples.ts';
import { deployedFleet, TWO_CLUSTERS } from '../fleet/fleet.ts';
import type { Scene } from './suite.ts';

export type OpenScene = Scene & { readonly down: () => Promise<void> };

/** examples/two-clusters on light hosts, deployed. */
export async function lightScene(): Promise<OpenScene> {
  const network = await bringUp(example('two-clusters'), {
    sample: 3,
    masquerade: false,
    progress: { step: () => undefined },
  });
  const deployer = new Deployer(network);
  const file = deployer.topology(TWO_CLUSTERS);
  const { exitCode, stdout, stderr } = await deployer.run('deploy', file);
  if (exitCode !== 0) {
    await network.down();
    throw new Error(stdout + stderr);
  }
  return { network, deployer, file, down: () => network.down() };
}

/** The same on hosts that boot systemd. */
export async function fullScene(): Promise<OpenScene> {
  const { lab, deployer, file, down } = await deployedFleet();
  return { network: lab, deployer, file, down };
}
