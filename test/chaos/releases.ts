import { release } from '../../src/app/digest.ts';
import { plan } from '../../src/app/plan.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { HostName } from '../../src/core/model/name.ts';
import type { ProbeResult } from '../../src/core/model/probe.ts';
import { hosts, type Topology } from '../../src/core/model/topology.ts';
import { keysOf, topologyOf } from '../e2e/twin-example.ts';

/** One of the networks that trials go to and fro between. */
interface Variant {
  readonly name: string;
  readonly mtu?: number;
  readonly keepalive?: number;
  readonly extra?: 'one' | 'two' | 'both';
  readonly without?: 'one/n2' | 'services of two' | 'pods of one';
  /** What stands in the place of the hub's endpoint. */
  readonly endpoint?: string;
  readonly interface?: string;
  /** One range more in the second cluster. */
  readonly range?: string;
}

/** Any two differ on some host, and between them they add, move and remove: ranges, a node, an MTU, a keepalive. */
export const VARIANTS: readonly Variant[] = [
  { name: 'plain' },
  { name: 'extra-one', extra: 'one' },
  { name: 'extra-two', extra: 'two' },
  { name: 'extra-both', extra: 'both' },
  { name: 'mtu', mtu: 1360 },
  { name: 'keepalive', keepalive: 10, extra: 'one' },
  { name: 'fewer-nodes', without: 'one/n2', keepalive: 20 },
  { name: 'fewer-services', without: 'services of two', extra: 'two' },
  { name: 'fewer-pods', without: 'pods of one', mtu: 1360 },
  { name: 'much', without: 'one/n2', extra: 'both', keepalive: 15, mtu: 1340 },
];

const HUB_ADDRESS = '203.0.113.1';

/** Nobody answers there, and SSH goes on by the address that works. */
export const DEAD_ENDPOINT = '203.0.113.77';

/** The whole network, from which the twin is made. */
export const WHOLE = topologyText({ name: 'plain' });

export interface ChaosRelease {
  readonly name: string;
  readonly topology: string;
  readonly checked: Topology;
  readonly keys: string;
  /** By host, the sha256 that docs/host.md names a release by. */
  readonly digests: ReadonlyMap<HostName, string>;
  /** Whether the topology declares what a probe asks for. */
  readonly declares: (probe: ProbeResult) => boolean;
}

/** The options that accept whatever is dangerous between two releases: trials mean it. */
export function accepting(from: ChaosRelease, to: ChaosRelease): readonly string[] {
  return acceptances(from.checked, to.checked);
}

export function acceptances(from: Topology, to: Topology): readonly string[] {
  const nowhere = () => ({ file: '', span: { line: 1, column: 1, endLine: 1, endColumn: 1 } });
  const { dangers, digest } = plan(from, to, nowhere);
  return dangers.flatMap(({ code }) => ['--accept', `${code}@${digest}`]);
}

export function chaosRelease(variant: Variant, keysFile: string): ChaosRelease {
  const topology = topologyText(variant);
  const known = new Set<string>(hosts(topologyOf(topology)).map((host) => host.name));
  const keys = keysOf(topology, keysFile);
  const checked = topologyOf(topology, keys);
  const parts = release(compile(checked), checked.wireguard.interface).hosts;
  return {
    name: variant.name,
    topology,
    checked,
    keys,
    digests: new Map([...parts].map(([host, { digest }]) => [host, digest])),
    declares: ({ kind, from, to }) =>
      known.has(from) &&
      known.has(to) &&
      !(variant.without === 'services of two' && kind.endsWith('service') && to.startsWith('two/')) &&
      !(variant.without === 'pods of one' && kind === 'pod-pod') &&
      !(variant.without === 'pods of one' && kind === 'pod-service' && from.startsWith('one/')),
  };
}

function topologyText(variant: Variant): string {
  const { mtu, keepalive, without, extra, endpoint, range } = variant;
  const ranges = (cluster: 'one' | 'two') => {
    const list = [
      ...(extra === cluster || (extra === 'both' && cluster === 'one') ? ['shared: 10.60.0.0/24'] : []),
      ...(extra === 'both' ? [`own: 10.${cluster === 'one' ? 61 : 62}.0.0/24`] : []),
      ...(range && cluster === 'two' ? [`more: ${range}`] : []),
    ];
    return list.length > 0 ? `    ranges: { ${list.join(', ')} }\n` : '';
  };
  const settings = { mtu, keepalive, interface: variant.interface };
  const tuned = Object.entries(settings).map(([name, value]) => (value ? `, ${name}: ${value}` : ''));
  return `version: 1
name: chaos
wireguard: { subnet: 192.168.99.0/24${tuned.join('')} }
hub: { endpoint: ${endpoint ?? HUB_ADDRESS}, tunnel: 192.168.99.1, ssh: { host: ${HUB_ADDRESS} } }
clusters:
  one:
    subnet: 192.168.100.0/24
${without === 'pods of one' ? '' : '    podCIDR: 10.244.0.0/16\n'}    serviceCIDR: 10.96.0.0/16
${ranges('one')}    nodes:
      r: { address: 192.168.100.100, tunnel: 192.168.99.10 }
      n1: 192.168.100.101
${without === 'one/n2' ? '' : '      n2: 192.168.100.102\n'}  two:
    subnet: 192.168.0.0/24
    podCIDR: 10.245.0.0/16
${without === 'services of two' ? '' : '    serviceCIDR: 10.97.0.0/16\n'}${ranges('two')}    nodes:
      r: { address: 192.168.0.100, tunnel: 192.168.99.14 }
      n1: 192.168.0.101
`;
}
