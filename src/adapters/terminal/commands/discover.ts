import { cniNeeds } from '../../../app/discover/cni-needs.ts';
import { compareCluster } from '../../../app/discover/compare-cluster.ts';
import { lookAtCluster } from '../../../app/discover/live-cluster.ts';
import { patchYaml } from '../../../core/edit/patch.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { discoveryJson, discoveryText, type DiscoveryFacts } from '../../../core/report/discovery.ts';
import type { Loaded } from '../load.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

export interface DiscoverOptions {
  readonly kubeconfig: string;
  readonly cluster: string;
  /** Writes nothing. */
  readonly check: boolean;
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Asks a live cluster for its nodes and ranges, and writes what differs into the topology. */
export async function discovered(
  world: World,
  topology: Topology,
  { file, text }: Loaded,
  { kubeconfig, cluster, check }: DiscoverOptions,
): Promise<Result> {
  if (!LABEL.test(cluster)) throw new UsageError(`${cluster} cannot name a cluster: write a DNS label`);
  const live = await lookAtCluster(await world.cluster(kubeconfig));
  const { patch, changes, notes } = compareCluster(topology, cluster, live);
  const differs = changes.length > 0;
  if (differs && !check) {
    const patched = patchYaml(text, { clusters: { [cluster]: patch } });
    if ('alias' in patched)
      throw new UsageError(
        `${patched.alias.join('/')} in ${file} is an alias, or has an anchor: write it out`,
      );
    await world.files.write(file, patched.text);
  }
  const facts: DiscoveryFacts = {
    cluster,
    file,
    outcome: !differs ? 'same' : check ? 'differs' : 'written',
    changes,
    notes,
    ...(live.cni ? { cni: { name: live.cni, needs: cniNeeds(live.cni, topology, cluster) } } : {}),
  };
  return {
    exit: facts.outcome === 'differs' ? 3 : 0,
    text: () => discoveryText(facts, paint(world.stdout)),
    json: () => discoveryJson(facts),
  };
}
