import { availableParallelism } from 'node:os';
import type { Topology } from '../../core/model/topology.ts';
import type { Progress } from '../../app/ports.ts';
import { FaultError } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { BringUpOptions, TwinNetwork } from './network.ts';
import { asDeployer } from './deployer.ts';
import { bootstrapTunnel } from './bootstrap.ts';
import { each } from '../../app/each.ts';
import { keysFile, makeHostKeys, type HostKeys } from './host-keys.ts';
import type { Host, HostKind } from './host-kind.ts';
import { hostSpecs } from './host-spec.ts';
import { startKeeper } from './keeper.ts';
import { layOut, type Layout } from './layout.ts';
import { LIGHT_HOSTS } from './light-host.ts';
import { probeAll } from './probe.ts';
import { claimId, clearLeftovers } from './registry.ts';
import { chooseHosts, type Sample } from './sample.ts';
import { makeSshKey } from './ssh-key.ts';
import { Takedown } from './takedown.ts';
import { configureSites, layCables, makeNamespaces } from './wires.ts';

/**
 * Brings a topology's whole network up on this machine: its hosts with sshd and WireGuard, its private sites behind NAT, its
 * pods and services. Needs root and what `missingPrerequisites` asks for. Throws a FaultError and leaves nothing
 * behind when it cannot; `signal` does the same at any time.
 */
export async function bringUp(
  topology: Topology,
  options: BringUpOptions,
  kind: HostKind = LIGHT_HOSTS,
): Promise<TwinNetwork> {
  const { signal, progress } = options;
  refuseIfInterrupted(signal);
  const stale = await clearLeftovers();
  if (stale.length > 0) progress.step(`cleared what ended runs left behind: ${stale.join(', ')}`);
  const sample = chooseHosts(topology, options.sample);
  const layout = layOut(topology, claimId(), sample.chosen);
  const twin = new Takedown(layout.id);
  const abort = () => void twin.down();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const network = await assemble({ layout, sample, options, kind, twin });
    refuseIfInterrupted(signal);
    return network;
  } catch (error) {
    await twin.down();
    refuseIfInterrupted(signal);
    throw error;
  }
}

/** Whatever failed meanwhile, failed because of it. */
function refuseIfInterrupted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new FaultError({
    code: 'deploy/interrupted',
    step: 'bring up the twin',
    cause: 'interrupted',
    stateNow: 'nothing of this machine was changed; the twin is taken down',
  });
}

// Booting is mostly processor time; a few more than there are processors fill the gaps.
const AT_ONCE = 2 * availableParallelism() + 2;

interface Assembly {
  readonly layout: Layout;
  readonly sample: Sample;
  readonly options: BringUpOptions;
  readonly kind: HostKind;
  readonly twin: Takedown;
}

async function assemble({ layout, sample, options, kind, twin }: Assembly): Promise<TwinNetwork> {
  const { topology } = layout;
  const phase = phases(options.progress);
  sayLeftOut(sample, options.progress);
  const keys = makeKeys(layout, sample.chosen);
  const identity = makeSshKey();
  const specs = hostSpecs(layout, { masquerade: options.masquerade, keys });
  const [keeper] = await Promise.all([twin.hold(startKeeper(layout.id)), makeNamespaces(layout, specs)]);
  kind.prepare(keeper, topology, identity.publicText);
  await twin.live(() => layCables(layout, specs));
  phase(`${layout.id}: ${layout.sites.length} sites wired`);
  const site = { keeper, switchNamespace: layout.switchNamespace };
  const [booted] = await Promise.all([
    each(specs, AT_ONCE, (spec) => twin.live(() => kind.boot(spec, site))),
    twin.live(() => configureSites(layout)),
  ]);
  const hosts = new Map(booted.map((host) => [host.name, host]));
  phase(`${hosts.size} hosts with sshd`);
  const first = layout.sites.flatMap((site) => site.nodes).filter((node) => node.needsBootstrap);
  const start = kind.startTunnel(topology.wireguard.interface);
  const tunnel = { topology, hubKey: keys.get(HUB)!.wireguard!.publicText, start };
  await each(first, AT_ONCE, (node) => twin.live(() => bootstrapTunnel(hosts.get(node.host)!, node, tunnel)));
  phase(`first tunnels of ${first.length} hosts`);
  return {
    id: layout.id,
    hosts: sample.chosen,
    leftOut: sample.leftOut,
    keysFile: keysFile(keys),
    keysOf: (names) => keysFile(new Map([...keys].filter(([host]) => names.includes(host)))),
    identity: identity.privateText,
    deployerNamespace: layout.deployerNamespace,
    asDeployer: asDeployer(layout),
    hubAddress: layout.internet.hub.text,
    exec: (host, argv, execOptions) => known(hosts, host).exec(argv, execOptions),
    execInPod: (host, argv, execOptions) => known(hosts, host).execInPod(argv, execOptions),
    reboot: (host) => reboot(known(hosts, host), kind.finishBoot(topology.wireguard.interface)),
    probeAll: (asked) => probeAll(layout, hosts, asked),
    down: () => twin.down(),
  };
}

function makeKeys(layout: Layout, chosen: readonly HostName[]): ReadonlyMap<HostName, HostKeys> {
  const plain = new Set(
    layout.sites.flatMap((site) => site.nodes.filter((node) => !node.hasTunnel).map((node) => node.host)),
  );
  return new Map(chosen.map((host) => [host, makeHostKeys(!plain.has(host))]));
}

async function reboot(host: Host, finish: readonly string[]): Promise<void> {
  await host.reboot();
  await host.exec(finish, { timeoutMs: 60_000 });
}

function known(hosts: ReadonlyMap<HostName, Host>, name: HostName): Host {
  const host = hosts.get(name);
  if (!host) throw new Error(`${name} is not on the twin`);
  return host;
}

function sayLeftOut({ chosen, leftOut }: Sample, progress: Progress): void {
  if (leftOut.length === 0) return;
  const shown = leftOut.slice(0, 5).join(', ');
  const more = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  progress.step(`a sample of ${chosen.length} hosts; left out: ${shown}${more}`);
}

function phases(progress: Progress): (what: string) => void {
  let since = performance.now();
  return (what) => {
    const now = performance.now();
    progress.step(`${what} (${((now - since) / 1000).toFixed(2)} s)`);
    since = now;
  };
}
