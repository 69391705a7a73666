import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { each } from '../../src/app/each.ts';
import { hostSpecs, type HostSpec } from '../../src/adapters/twin/host-spec.ts';
import { layOut, type Layout } from '../../src/adapters/twin/layout.ts';
import { claimId, clear } from '../../src/adapters/twin/registry.ts';
import { must } from '../../src/adapters/twin/run.ts';
import { configureSites, layCables, makeNamespaces } from '../../src/adapters/twin/wires.ts';
import type { HostFile } from '../../src/core/model/file.ts';
import { HUB } from '../../src/core/model/name.ts';
import { DECISION_PORT } from '../../src/core/model/firewall.ts';
import { render } from '../../src/core/render/render.ts';
import { Agent } from './agent.ts';
import { underConditions } from './boot-files.ts';
import { otherDevices, plugInOthers, routesToOthers, type OtherDevice } from './others.ts';
import type { Scene } from './scene.ts';

/** A scene's network, up on this machine: the twin's wires, sites, pods and services, and the files without any deployment. */
export interface Rig {
  readonly layout: Layout;
  readonly others: readonly OtherDevice[];
  readonly agent: Agent;
  down(): Promise<void>;
}

/** Where everybody answers; behind a service's address, too. */
export const SERVER_PORT = 8080;

const AT_ONCE = 4;

export async function bringUp(scene: Scene): Promise<Rig> {
  const layout = layOut(scene.topology, claimId(), [...scene.keys.keys()]);
  const specs = hostSpecs(layout, { masquerade: scene.conditions.masquerade, keys: scene.keys });
  const folder = mkdtempSync(join(tmpdir(), 'kuiil-packets-'));
  const agent = new Agent();
  const down = async () => {
    await agent.end();
    await clear(layout.id);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const others = otherDevices(layout);
    await makeNamespaces(layout, specs);
    await layCables(layout, specs);
    await plugInOthers(layout, others);
    const hosts = specs.map((spec, i) => {
      const site = layout.sites.find(({ nodes }) => nodes.some(({ host }) => host === spec.host));
      const links = site ? routesToOthers(others, site) : '';
      return layDown(spec, scene, { links, directory: join(folder, String(i)) });
    });
    // The hub first: a router that gets no answer to its first handshake asks again after five seconds.
    const [hub, ...nodes] = hosts;
    await Promise.all([configureSites(layout), bootHost(hub!)]);
    await each(nodes, AT_ONCE, bootHost);
    serve(agent, specs, others);
    return { layout, others, agent, down };
  } catch (error) {
    await down();
    throw error;
  }
}

function serve(agent: Agent, specs: readonly HostSpec[], others: readonly OtherDevice[]): void {
  for (const { host, namespace, pod } of specs) {
    agent.serve(namespace, host, SERVER_PORT);
    if (pod) agent.serve(pod.namespace, host, SERVER_PORT);
    if (host === HUB) agent.serve(namespace, host, DECISION_PORT);
  }
  for (const { cable, behind } of others) agent.serve(cable.namespace, behind, SERVER_PORT);
}

interface LaidDown {
  readonly spec: HostSpec;
  readonly directory: string;
}

/** What one host is made of, as files; `links` is what it has beside the twin's. */
function layDown(
  spec: HostSpec,
  { fleet, conditions }: Scene,
  { directory, links }: { readonly directory: string; readonly links: string },
): LaidDown {
  const boot = underConditions(spec, conditions).map((file) =>
    file.path === 'links' ? { ...file, text: file.text + links } : file,
  );
  write(join(directory, 'boot'), [...boot, { path: 'pod', text: spec.pod?.links ?? '', mode: 0o600 }]);
  const state = fleet.get(spec.host);
  const keys = spec.disk.filter(({ path }) => path.startsWith('etc/wireguard/'));
  write(join(directory, 'files'), [...keys, ...(state ? render(state) : [])]);
  return { spec, directory };
}

function write(directory: string, files: readonly HostFile[]): void {
  for (const { path, text, mode } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  }
}

async function bootHost({ spec: { namespace, pod }, directory }: LaidDown): Promise<void> {
  const script = ['bash', '--norc', resolve('test/packets/host.sh'), directory];
  const inside = ['nsenter', `--net=/run/netns/${namespace}`, 'unshare', '--mount', ...script];
  await must([...inside, ...(pod ? [pod.namespace] : [])]);
}
