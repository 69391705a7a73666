import { containsAddress, prefixOf, width, type Address, type Prefix } from '../model/address.ts';
import { escapeText } from '../model/escape.ts';
import type { WgConf, WgPeer } from './wg-conf.ts';

/**
 * A topology for a network that was made by hand after the guide: the hub's file says who its clusters are, the routers'
 * files where the hub is. What files do not say stands as a question in a comment, and `validate` finds the places.
 * Undefined when none of the files is the hub's.
 */
export function topologyText(confs: readonly WgConf[]): string | undefined {
  const hub = confs.find(isHub);
  const own = hub?.addresses[0];
  if (!hub || !own) return undefined;
  const routers = confs.filter((conf) => conf !== hub);
  const subnets = hub.addresses.map(({ address, length }) => subnetOf(address, length));
  const names = new Set<string>();
  const clusters = hub.peers.flatMap((peer, i) => clusterLines(peer, { subnets, names, i }));
  return [
    '# Made from a network that was set up by hand. Answer what stands behind QUESTION, then run: kuiil validate',
    'version: 1',
    'name: imported # QUESTION: what is the network called?',
    'wireguard:',
    `  subnet: ${list(subnets.map(({ text }) => text))}`,
    ...(hub.port === undefined || hub.port === DEFAULT_PORT ? [] : [`  port: ${hub.port}`]),
    'hub:',
    ...endpointLines(hub, routers),
    `  tunnel: ${list(hub.addresses.map(({ address }) => address.text))}`,
    ...(clusters.length === 0
      ? ['clusters: {} # QUESTION: the hub has no peers']
      : ['clusters:', ...clusters]),
    ...leftLines(confs),
    '',
  ].join('\n');
}

const DEFAULT_PORT = 51820;

/** Clusters dial the hub, so it has no endpoint for any of its peers. */
function isHub({ peers }: WgConf): boolean {
  return peers.length > 0 && peers.every(({ endpoint }) => endpoint === undefined);
}

function subnetOf(address: Address, length: number | undefined): Prefix {
  const whole = width(address.family);
  return prefixOf(address, length === undefined || length >= whole ? (whole === 32 ? 24 : 64) : length);
}

function endpointLines({ port = DEFAULT_PORT }: WgConf, routers: readonly WgConf[]): readonly string[] {
  const dialled = [
    ...new Set(routers.flatMap(({ peers }) => peers.flatMap(({ endpoint }) => endpoint ?? []))),
  ];
  const [first] = dialled;
  if (first === undefined)
    return ['  # QUESTION: endpoint, the public address or name that the clusters dial'];
  const others = dialled.slice(1).map((each) => escapeText(each, 80));
  const question = others.length > 0 ? ` # QUESTION: or ${others.join(', ')}?` : '';
  const text = first.endsWith(`:${DEFAULT_PORT}`) && port === DEFAULT_PORT ? first.slice(0, -6) : first;
  return [`  endpoint: ${quoted(text)}${question}`];
}

interface Cluster {
  readonly subnets: readonly Prefix[];
  /** Names that are taken. */
  readonly names: Set<string>;
  readonly i: number;
}

function clusterLines(peer: WgPeer, { subnets, names, i }: Cluster): readonly string[] {
  const inTunnel = (range: Prefix) =>
    range.length === width(range.family) && subnets.some((subnet) => holds(subnet, range));
  const tunnel = peer.allowed.filter(inTunnel).map(({ text }) => text.replace(/\/\d+$/, ''));
  const ranges = peer.allowed.filter((range) => !inTunnel(range)).map(({ text }) => text);
  const name = unused(peer.name ?? `cluster${i + 1}`, names);
  return [
    `  ${name}:`,
    ...rangeLines(ranges),
    '    nodes:',
    '      # QUESTION: address, where this node is in its LAN; and the other nodes of the cluster, one a line',
    `      router: { tunnel: ${tunnel.length === 0 ? "'' } # QUESTION: its tunnel address" : `${list(tunnel)} }`}`,
  ];
}

/** In the order of the guide: the node subnet first. Which of the others is which, only their owner knows. */
function rangeLines([subnet, pods, services, ...more]: readonly string[]): readonly string[] {
  return [
    subnet === undefined
      ? '    # QUESTION: subnet, the addresses of its nodes'
      : `    subnet: ${quoted(subnet)} # QUESTION: are these the addresses of its nodes?`,
    ...(pods === undefined ? [] : [`    podCIDR: ${quoted(pods)} # QUESTION: are these pods, or services?`]),
    ...(services === undefined
      ? []
      : [`    serviceCIDR: ${quoted(services)} # QUESTION: are these services?`]),
    ...(more.length === 0
      ? []
      : [
          '    ranges: # QUESTION: what are these?',
          ...more.map((range, i) => `      other${i + 1}: ${quoted(range)}`),
        ]),
  ];
}

/** What Kuiil does in another way, or not at all: to be looked at before it is forgotten. */
function leftLines(confs: readonly WgConf[]): readonly string[] {
  const left = confs.flatMap(({ file, left: lines }) =>
    lines.map((line) => `# ${escapeText(file, 60)}: ${escapeText(line, 160)}`),
  );
  const shown = left.slice(0, MAX_LEFT);
  if (left.length > shown.length) shown.push(`# and ${left.length - shown.length} more`);
  return left.length === 0
    ? []
    : ['', '# Not taken over; Kuiil sees to forwarding, rules and routes itself:', ...shown];
}

const MAX_LEFT = 30;

function unused(name: string, names: Set<string>): string {
  let free = RESERVED.has(name) ? `${name}-site` : name;
  for (let i = 2; names.has(free); i++) free = `${name}-${i}`;
  names.add(free);
  return free;
}

const RESERVED: ReadonlySet<string> = new Set(['hub', 'direct', 'all', 'none']);

function holds(subnet: Prefix, { family, start }: Prefix): boolean {
  return containsAddress(subnet, { family, value: start, text: '' });
}

function list(texts: readonly string[]): string {
  return texts.length === 1 ? quoted(texts[0]!) : `[${texts.map(quoted).join(', ')}]`;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9./-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
