import { check } from '../../../app/check.ts';
import { cniNeeds } from '../../../app/discover/cni-needs.ts';
import { lookAtCluster } from '../../../app/discover/live-cluster.ts';
import { clusterNames, topologyFromClusters } from '../../../app/init/from-clusters.ts';
import { init, type Initialized, pinOf } from '../../../app/init/init.ts';
import { initText } from '../../../core/report/init.ts';
import { UsageError } from '../options.ts';
import { diagnosed, type Result } from '../result.ts';
import type { World } from '../world.ts';

export interface InitOptions {
  readonly branch: string;
  readonly pin?: string;
  /** `FILE`, or `NAME=FILE`. */
  readonly kubeconfig: readonly string[];
  /** `HOST`, or `USER@HOST`. */
  readonly hub?: string;
  readonly name: string;
}

const FILE = 'topology.yaml';

/** Lays down what a repository begins with; with kubeconfig files, the topology of these clusters. */
export async function initialized(world: World, options: InitOptions): Promise<Result> {
  const { branch, pin } = options;
  // It is written into YAML and into commands.
  if (!/^[\w.][\w./-]*$/.test(branch)) throw new UsageError(`a branch cannot be called ${branch}`);
  if (pin !== undefined && !/^[0-9a-f]{40}$/.test(pin)) {
    throw new UsageError('--pin takes a commit of 40 hexadecimal digits: a tag can be moved');
  }
  const [version = ''] = world.version.split(' ');
  const pinned = await pinOf(version, async (tag) => pin ?? (await world.release(tag)));
  const live = await fromClusters(world, options);
  const request = { branch, pin: pinned, ...(live && { topology: live.text }) };
  const done: Initialized = await init(request, world.files);
  if (!live)
    return {
      exit: 0,
      text: () => initText({ ...done, branch }),
      json: () => ({ kuiil: 1, kind: 'init', ...done, pin: pinned }),
    };
  const checked = check(
    { topology: { file: FILE, bytes: new TextEncoder().encode(live.text) } },
    world.today(),
  );
  const needs = checked.value
    ? live.clusters.flatMap(({ name, cni }) =>
        cni ? [`${name}: ${cni}: ${cniNeeds(cni, checked.value!, name)}`] : [],
      )
    : [];
  const notes = [...live.notes, ...needs];
  const findings = diagnosed(world, checked);
  if (checked.diagnostics.length > 0) world.stderr.write(`${findings.text()}\n`);
  return {
    exit: findings.exit,
    text: () => initText({ ...done, branch, notes }),
    json: () => ({ kuiil: 1, kind: 'init', ...done, pin: pinned, notes }),
  };
}

async function fromClusters(world: World, { kubeconfig, hub, name: network }: InitOptions) {
  if (kubeconfig.length === 0 && hub === undefined) return undefined;
  if (kubeconfig.length === 0 || hub === undefined)
    throw new UsageError(
      '--kubeconfig and --hub belong together: name the clusters, and the hub between them',
    );
  const [, user = 'root', endpoint] = /^(?:([a-z_][\w-]*)@)?([\w.:[\]-]+)$/.exec(hub) ?? [];
  if (endpoint === undefined) throw new UsageError(`\`${hub}\` is no hub: write root@HOST`);
  if (await world.files.read(FILE))
    throw new UsageError(`there is a ${FILE} already: bring it up to date with kuiil discover`);
  const asked = kubeconfig.map((each) => {
    const [, name, file] = /^(?:([^=/]*)=)?(.+)$/.exec(each) ?? [];
    return { name, file: file ?? each };
  });
  const found = await Promise.all(
    asked.map(async ({ name, file }) => {
      const api = await world.cluster(file);
      return { told: name ?? api.name, live: await lookAtCluster(api) };
    }),
  );
  const names = clusterNames(found.map(({ told }) => told));
  const clusters = found.map(({ live }, index) => ({ name: names[index]!, live }));
  const { text, notes } = topologyFromClusters({ network, hub: { endpoint, user }, clusters });
  return { text, notes, clusters: clusters.map(({ name, live: { cni } }) => ({ name, cni })) };
}
