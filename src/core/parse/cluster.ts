import { finding } from '../codes/finding.ts';
import { quote } from '../model/escape.ts';
import { compareText, type HostName, HUB, parseHostName } from '../model/name.ts';
import { onKey } from '../model/place.ts';
import type { Cluster, ClusterRange, Located, Node, RangeKind } from '../model/topology.ts';
import { type Budget, expandNode } from './expand.ts';
import { enrolmentOf, type Keys } from './keys.ts';
import { checkHostName, checkName } from './name.ts';
import { type NodeDraft, readNode, writtenNode } from './node.ts';
import { readPrefixes } from './prefixes.ts';
import { entries, entry, type Report, type Spot, textAt, texts } from './spot.ts';
import { readSshDefaults, readVia, type SshDefaults } from './ssh.ts';

export interface ClusterContext {
  readonly ssh: SshDefaults;
  readonly keys: Keys;
  readonly budget: Budget;
}

/** Undefined when nothing can go by the name. */
export function readCluster(
  name: string,
  spot: Spot,
  context: ClusterContext,
  report: Report,
): Cluster | undefined {
  if (!checkHostName({ name, what: 'a cluster', at: onKey(spot.at) }, report)) return undefined;
  const routers = readRouters(name, spot, report);
  const drafts = readDrafts(name, spot, context, report);
  const router = knownRouter(routers, drafts);
  const nodes = drafts.map((draft) => finish(draft, { cluster: name, router, keys: context.keys }, report));
  return { name, ranges: readRanges(spot, report), routers, nodes, at: spot.at };
}

const KINDS: readonly (readonly [key: string, kind: RangeKind])[] = [
  ['subnet', 'nodes'],
  ['podCIDR', 'pods'],
  ['serviceCIDR', 'services'],
];

function readRanges(cluster: Spot, report: Report): readonly ClusterRange[] {
  const own = KINDS.flatMap(([key, kind]) => rangesOf(kind, kind, entry(cluster, key), report));
  const others = entries(entry(cluster, 'ranges'))
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([name, spot]) =>
      checkName({ name, what: 'a range', at: onKey(spot.at) }, report)
        ? rangesOf('other', name, spot, report)
        : [],
    );
  return [...own, ...others];
}

function rangesOf(
  kind: RangeKind,
  name: string,
  spot: Spot | undefined,
  report: Report,
): readonly ClusterRange[] {
  return readPrefixes(texts(spot), report).map(({ value, at }) => ({ kind, name, prefix: value, at }));
}

function readRouters(cluster: string, spot: Spot, report: Report): readonly Located<HostName>[] {
  const one = textAt(entry(spot, 'router'));
  const several = entry(spot, 'routers');
  if (one && several) {
    report(
      finding('router/both-keys', {
        at: onKey(several.at),
        message: `${quote(cluster)} has both \`router\` and \`routers\``,
        hint: 'keep `routers` and put the active one first',
        related: [{ at: onKey(one.at), message: '`router` is here' }],
      }),
    );
  }
  const names = several ? texts(Array.isArray(several.value) ? several : undefined) : one ? [one] : [];
  return names.flatMap(({ value, at }) => {
    const name = parseHostName(`${cluster}/${value}`);
    if (name) return { value: name, at };
    report(
      finding('router/unknown', {
        at,
        message: `${quote(value)} is no node of ${quote(cluster)}`,
        hint: 'write the name of a node as it stands under `nodes`, without the cluster',
      }),
    );
    return [];
  });
}

function readDrafts(
  cluster: string,
  spot: Spot,
  context: ClusterContext,
  report: Report,
): readonly NodeDraft[] {
  const ssh = readSshDefaults(entry(spot, 'ssh'), context.ssh, report);
  const drafts: NodeDraft[] = [];
  for (const [key, found] of entries(entry(spot, 'nodes'))) {
    const members = expandNode(writtenNode(key, found, ssh, report), context.budget, report);
    const reportMember = members.length > 1 ? oncePerPlace(report) : report;
    for (const member of members) {
      const draft = readNode(member, cluster, reportMember);
      if (draft) drafts.push(draft);
    }
  }
  return withoutDuplicates(
    drafts.sort((a, b) => compareText(a.node, b.node)),
    report,
  );
}

/** All members of a range stand at one place: of what is wrong with them there, the first is told. */
function oncePerPlace(report: Report): Report {
  const told = new Set<string>();
  return (found) => {
    const key = JSON.stringify([found.code, found.at]);
    if (!told.has(key)) report(found);
    told.add(key);
  };
}

function withoutDuplicates(drafts: readonly NodeDraft[], report: Report): readonly NodeDraft[] {
  const reportPair = oncePerPlace(report);
  return drafts.filter((draft, i) => {
    const other = drafts[i - 1];
    if (other?.node !== draft.node) return true;
    reportPair(
      finding('name/duplicate', {
        at: onKey(draft.at),
        message: `two entries make a node ${quote(draft.node)}`,
        hint: 'rename one, or shorten the range',
        related: [{ at: onKey(other.at), message: 'the other one is here' }],
      }),
    );
    return false;
  });
}

/** The active router; undefined where the file names none or one that does not exist. */
function knownRouter(
  routers: readonly Located<HostName>[],
  drafts: readonly NodeDraft[],
): HostName | undefined {
  const [first] = routers;
  if (first) return drafts.find((draft) => draft.name === first.value)?.name;
  const tunnelNodes = drafts.filter((draft) => draft.tunnel.length > 0);
  return tunnelNodes.length === 1 ? tunnelNodes[0]?.name : undefined;
}

interface Surroundings {
  readonly cluster: string;
  readonly router: HostName | undefined;
  readonly keys: Keys;
}

function finish(draft: NodeDraft, { cluster, router, keys }: Surroundings, report: Report): Node {
  const { name, node, addresses, tunnel, podCIDRs, login, at } = draft;
  const { user, port, host } = login;
  const via = login.via && readVia(login.via, cluster, report);
  const byDefault = router === undefined || name === router ? HUB : router;
  const ssh = { user, port, via: via ?? byDefault, at: login.at };
  return {
    name,
    cluster,
    node,
    addresses,
    tunnel,
    podCIDRs,
    ssh: host ? { ...ssh, host: host.value } : ssh,
    enrolment: enrolmentOf(keys, name),
    at,
  };
}
