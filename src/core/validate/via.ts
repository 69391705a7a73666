import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { HostName } from '../model/name.ts';
import { inTopology, under } from '../model/place.ts';
import { type Hub, hosts, type Node, type Topology } from '../model/topology.ts';

type Host = Hub | Node;

/** Jump hosts that do not exist, or that are waited for in a circle. */
export function via(topology: Topology): readonly Finding[] {
  const all = hosts(topology);
  // The default ways exist and lead to the hub: without a written one there is nothing to look for.
  if (!all.some(hasOwnLogin)) return [];
  const byName = new Map<string, Host>(all.map((host) => [host.name, host]));
  return [...all.flatMap((host) => unknown(host, byName)), ...circles(all, byName)];
}

function hasOwnLogin(host: Host): boolean {
  return host.ssh.at.path.length > host.at.path.length;
}

function unknown(host: Host, byName: ReadonlyMap<string, Host>): readonly Finding[] {
  const jump = host.ssh.via;
  if (jump === 'direct' || byName.has(jump)) return [];
  return [
    finding('ssh/unknown-via', {
      at: under(host.ssh.at, 'via'),
      message: `${quote(host.name)} is to be reached through ${quote(jump)}, which does not exist`,
      hint: 'write `direct`, `hub`, `CLUSTER/NODE` or the name of a node of this cluster',
      restsOn: [inTopology('clusters', ...jump.split('/', 1))],
    }),
  ];
}

function circles(all: readonly Host[], byName: ReadonlyMap<string, Host>): readonly Finding[] {
  const settled = new Set<Host>();
  const findings: Finding[] = [];
  for (const start of all) {
    const way: Host[] = [];
    const onWay = new Set<Host>();
    let host: Host | undefined = start;
    while (host && !settled.has(host) && !onWay.has(host)) {
      way.push(host);
      onWay.add(host);
      host = byName.get(host.ssh.via);
    }
    if (host && onWay.has(host)) findings.push(circle(way.slice(way.indexOf(host))));
    for (const passed of way) settled.add(passed);
  }
  return findings;
}

const MAX_SHOWN = 5;

function circle(members: readonly Host[]): Finding {
  const culprit = members.find(hasOwnLogin) ?? members[0]!;
  const from = members.indexOf(culprit);
  const names = [...members.slice(from), ...members.slice(0, from)].map((host): HostName => host.name);
  const shown = names.slice(0, MAX_SHOWN).map(quote);
  const chain = [...shown, ...(names.length > MAX_SHOWN ? ['…'] : []), quote(culprit.name)].join(' → ');
  return finding('ssh/via-circle', {
    at: under(culprit.ssh.at, 'via'),
    message: `the way to ${quote(culprit.name)} goes in a circle: ${chain}`,
    hint: 'write `via: direct` for one of them',
  });
}
