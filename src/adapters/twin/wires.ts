import { siteRules } from './firewall.ts';
import type { HostSpec } from './host-spec.ts';
import type { Layout, SiteLayout } from './layout.ts';
import {
  bridges,
  deployerLinks,
  INTERNET_BRIDGE,
  lanBridge,
  plugIn,
  siteLinks,
  type Cable,
} from './links.ts';
import { each } from './each.ts';
import { must } from './run.ts';

/** Makes every network namespace of the twin. One process makes a hundred in about 100 ms. */
export async function makeNamespaces(layout: Layout, specs: readonly HostSpec[]): Promise<void> {
  const names = [
    layout.switchNamespace,
    layout.deployerNamespace,
    ...layout.sites.map((site) => site.namespace),
    ...specs.flatMap((spec) => [spec.namespace, ...(spec.pod ? [spec.pod.namespace] : [])]),
  ];
  await must(['ip', '-batch', '-'], { stdin: names.map((name) => `netns add ${name}\n`).join('') });
}

/** Lays the cables from the switch to every host, NAT router and the deployer, and configures all but the hosts. */
export async function wire(layout: Layout, specs: readonly HostSpec[]): Promise<void> {
  const { deployerNamespace: deployer, switchNamespace } = layout;
  const cables: Cable[] = [
    { port: 'deployer', bridge: INTERNET_BRIDGE, namespace: deployer, end: 'eth0' },
    ...layout.sites.flatMap(({ namespace }, i) => [
      { port: `w${i}`, bridge: INTERNET_BRIDGE, namespace, end: 'wan0' },
      { port: `g${i}`, bridge: lanBridge(i), namespace, end: 'lan0' },
    ]),
    ...specs.map((spec) => spec.cable),
  ];
  await batch(switchNamespace, bridges(layout) + cables.map(plugIn).join(''));
  await batch(deployer, deployerLinks(layout));
  await each(layout.sites, 4, (site) => configureSite(site, layout));
}

async function configureSite(site: SiteLayout, layout: Layout): Promise<void> {
  const inside = ['ip', 'netns', 'exec', site.namespace];
  await must([...inside, 'bash', '-c', FORWARD]);
  await batch(site.namespace, siteLinks(site, layout));
  await must([...inside, 'iptables-restore'], { stdin: siteRules(4) });
  await must([...inside, 'ip6tables-restore'], { stdin: siteRules(6) });
}

const FORWARD = `set -eu
echo 1 >/proc/sys/net/ipv4/ip_forward
if [[ -e /proc/sys/net/ipv6 ]]; then
  echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
  for device in lan0 wan0; do echo 0 >/proc/sys/net/ipv6/conf/$device/accept_dad; done
fi`;

async function batch(namespace: string, stdin: string): Promise<void> {
  await must(['ip', '-n', namespace, '-batch', '-'], { stdin });
}
