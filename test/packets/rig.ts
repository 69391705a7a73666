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
import { otherDevices, otherLinks, type OtherDevice } from './others.ts';
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
    await must(['ip', '-batch', '-'], {
      stdin: others.map((other) => `netns add ${other.namespace}\n`).join(''),
    });
    await layCables(layout, specs);
    const hosts = specs.map((spec, i) =>
      layDown(spec, scene, { others, directory: join(folder, String(i)) }),
    );
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
  for (const { namespace, behind } of others) agent.serve(namespace, behind, SERVER_PORT);
}

interface LaidDown {
  readonly namespace: string;
  readonly directory: string;
  /** Of its pod, and of what is behind it: each is wired by the file of its name. */
  readonly inner: readonly string[];
}

/** What one host is made of, as files. */
function layDown(
  spec: HostSpec,
  { fleet, conditions }: Scene,
  { directory, others }: { readonly directory: string; readonly others: readonly OtherDevice[] },
): LaidDown {
  const { host, namespace, pod } = spec;
  const behind = others
    .filter((other) => other.behind === host)
    .map((other) => ({ name: other.namespace, links: otherLinks(other, namespace) }));
  const inner = [
    ...(pod ? [{ path: pod.namespace, text: pod.links, mode: 0o600 }] : []),
    ...behind.map(({ name, links }) => ({ path: name, text: links.device, mode: 0o600 })),
  ];
  const more = behind.map(({ links }) => links.router).join('');
  const boot = underConditions(spec, conditions).map((file) =>
    file.path === 'links' ? { ...file, text: file.text + more } : file,
  );
  write(join(directory, 'boot'), [...boot, ...inner]);
  const keys = spec.disk.filter(({ path }) => path.startsWith('etc/wireguard/'));
  write(join(directory, 'files'), [...keys, ...render(fleet.get(host)!)]);
  return { namespace, directory, inner: inner.map(({ path }) => path) };
}

function write(directory: string, files: readonly HostFile[]): void {
  for (const { path, text, mode } of files) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  }
}

async function bootHost({ namespace, directory, inner }: LaidDown): Promise<void> {
  const script = ['bash', '--norc', resolve('test/packets/host.sh'), directory, ...inner];
  await must(['nsenter', `--net=/run/netns/${namespace}`, 'unshare', '--mount', ...script]);
}
