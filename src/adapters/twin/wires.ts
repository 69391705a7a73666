import { siteRules } from './firewall.ts';
import type { HostSpec } from './host-spec.ts';
import type { Layout } from './layout.ts';
import {
  bridges,
  deployerLinks,
  INTERNET_BRIDGE,
  lanBridge,
  plugIn,
  siteLinks,
  type Cable,
} from './links.ts';
import { each } from '../../app/each.ts';
import { BASH, must } from './run.ts';

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

/** Lays the cables from the switch to every host, NAT router and the deployer. */
export async function layCables(layout: Layout, specs: readonly HostSpec[]): Promise<void> {
  const { deployerNamespace: deployer, switchNamespace } = layout;
  const cables: Cable[] = [
    { port: 'deployer', bridge: INTERNET_BRIDGE, namespace: deployer, end: 'eth0' },
    ...layout.sites.flatMap(({ namespace }, i) => [
      { port: `w${i}`, bridge: INTERNET_BRIDGE, namespace, end: 'wan0' },
      { port: `g${i}`, bridge: lanBridge(i), namespace, end: 'lan0' },
    ]),
    ...specs.map((spec) => spec.cable),
  ];
  // Before a NAT router has links: switching forwarding on for one that is plugged in waits for the kernel, about 50 ms.
  await each(layout.sites, AT_ONCE, (site) => must([...inside(site.namespace), ...BASH, FORWARD]));
  await batch(switchNamespace, bridges(layout) + cables.map(plugIn).join(''));
}

/** Configures the NAT routers and the deployer: everything that is not a host. */
export async function configureSites(layout: Layout): Promise<void> {
  await batch(layout.deployerNamespace, deployerLinks(layout));
  await each(layout.sites, AT_ONCE, async (site) => {
    await batch(site.namespace, siteLinks(site, layout));
    await must([...inside(site.namespace), 'iptables-restore'], { stdin: siteRules(4) });
    await must([...inside(site.namespace), 'ip6tables-restore'], { stdin: siteRules(6) });
  });
}

const AT_ONCE = 4;

const FORWARD = `set -eu
echo 1 >/proc/sys/net/ipv4/ip_forward
if [[ -e /proc/sys/net/ipv6 ]]; then
  echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
  echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
fi`;

function inside(namespace: string): readonly string[] {
  return ['nsenter', `--net=/run/netns/${namespace}`, '--'];
}

async function batch(namespace: string, stdin: string): Promise<void> {
  await must(['ip', '-n', namespace, '-batch', '-'], { stdin });
}
