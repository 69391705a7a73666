import type { Address, Family } from '../../core/model/address.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import type { ProbeKind, ProbeResult } from '../../core/model/probe.ts';
import { each } from '../../app/each.ts';
import type { Host } from './host-kind.ts';
import type { Layout, NodeLayout, SiteLayout } from './layout.ts';
import { PROBE_SCRIPT } from './probe-script.ts';
import { twinFault } from './run.ts';

/** One question: does `from` reach this address, and is it `to` that answers? */
interface Probe {
  readonly kind: ProbeKind;
  readonly from: HostName;
  readonly to: HostName;
  readonly address: Address;
  /** A TCP port; absent: a ping. */
  readonly port?: number;
}

interface Patience {
  /** How many questions may be open at once. */
  readonly open: number;
  /** How long each may wait for its answer. */
  readonly seconds: number;
}

// A source mostly waits.
const AT_ONCE = 16;
// Open questions of all sources together: each is about ten packets, and WireGuard in user space drops what comes
// faster than a busy machine encrypts it.
const FIRST: Patience = { open: 96, seconds: 2 };
const SECOND: Patience = { open: 24, seconds: 5 };

/**
 * Asks of every ordered pair of clusters who reaches whom, in every family that both have; and of the hub and every node
 * whether they reach each other. What went unanswered where something else was answered is asked once more, more patiently.
 */
export async function probeAll(
  layout: Layout,
  hosts: ReadonlyMap<HostName, Host>,
  asked: (probe: Omit<ProbeResult, 'reachable'>) => boolean = () => true,
): Promise<readonly ProbeResult[]> {
  const probes = planProbes(layout).filter(({ kind, from, to, address: { family } }) =>
    asked({ kind, from, to, family }),
  );
  const reached = await askAll(probes, hosts, FIRST);
  const silent = probes.filter((probe) => !reached.has(probe));
  const late = reached.size > 0 && silent.length > 0 ? await askAll(silent, hosts, SECOND) : new Set<Probe>();
  return probes.map((probe) => {
    const { kind, from, to, address } = probe;
    return { kind, from, to, family: address.family, reachable: reached.has(probe) || late.has(probe) };
  });
}

/** Which of the questions were answered. All questions of one source are asked by one process in its namespace. */
async function askAll(
  probes: readonly Probe[],
  hosts: ReadonlyMap<HostName, Host>,
  { open, seconds }: Patience,
): Promise<ReadonlySet<Probe>> {
  const sources = new Map<string, Probe[]>();
  for (const probe of probes) {
    const source = `${probe.kind.startsWith('pod') ? 'pod' : 'node'} ${probe.from}`;
    const asked = sources.get(source);
    if (asked) asked.push(probe);
    else sources.set(source, [probe]);
  }
  const window = Math.max(1, Math.floor(open / Math.min(AT_ONCE, sources.size)));
  const answered = await each([...sources.values()], AT_ONCE, (asked) => {
    return ask(hosts.get(asked[0]!.from)!, asked, { open: window, seconds });
  });
  return new Set(answered.flat());
}

async function ask(
  source: Host,
  probes: readonly Probe[],
  { open, seconds }: Patience,
): Promise<readonly Probe[]> {
  const stdin = probes
    .map(({ address, port, to }, i) => `${i} ${address.family} ${address.text} ${port ?? 0} ${to}\n`)
    .join('');
  const argv = ['perl', '-e', PROBE_SCRIPT, '--', String(seconds), String(open)];
  const options = { stdin, timeoutMs: 1000 * (seconds + probes.length + 15) };
  const fromPod = probes[0]!.kind.startsWith('pod');
  const { stdout, stderr, exitCode } = await (fromPod
    ? source.execInPod(argv, options)
    : source.exec(argv, options));
  if (exitCode !== 0) {
    throw twinFault(`probing failed with exit code ${exitCode}`, {
      host: source.name,
      excerpt: stderr.slice(-2000),
    });
  }
  const reached = new Set(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
  );
  return probes.filter((_, i) => reached.has(i));
}

function planProbes({ sites, topology }: Layout): readonly Probe[] {
  const pairs = sites.flatMap((a) => sites.filter((b) => b !== a).map((b) => [a, b] as const));
  return [
    ...pairs.flatMap(([a, b]) => betweenSites(a, b)),
    ...sites
      .flatMap((site) => site.nodes)
      .flatMap((node) => [
        ...topology.hub.tunnel
          .filter(({ value }) => speaks(node, value.family))
          .map(({ value }): Probe => ({ kind: 'node-hub', from: node.host, to: HUB, address: value })),
        ...node.addresses
          .filter(({ family }) => topology.hub.tunnel.some(({ value }) => value.family === family))
          .map((address): Probe => ({ kind: 'hub-node', from: HUB, to: node.host, address })),
      ]),
  ];
}

function betweenSites(a: SiteLayout, b: SiteLayout): Probe[] {
  return a.nodes.flatMap((from) => b.nodes.flatMap((to) => betweenNodes(from, to)));
}

function betweenNodes(from: NodeLayout, to: NodeLayout): Probe[] {
  const ends = { from: from.host, to: to.host };
  const node = (address: Address) => speaks(from, address.family);
  const pod = (address: Address) => from.pods.some(({ slice }) => slice.family === address.family);
  const pods = to.pods.map((layout) => layout.pod);
  const services = to.services.map((layout) => layout.address);
  return [
    ...to.addresses.filter(node).map((address): Probe => ({ kind: 'node-node', ...ends, address })),
    ...pods.filter(pod).map((address): Probe => ({ kind: 'pod-pod', ...ends, address, port: 8080 })),
    ...services.filter(node).map((address): Probe => ({ kind: 'node-service', ...ends, address, port: 80 })),
    ...services.filter(pod).map((address): Probe => ({ kind: 'pod-service', ...ends, address, port: 80 })),
  ];
}

function speaks(node: NodeLayout, family: Family): boolean {
  return node.addresses.some((address) => address.family === family);
}
