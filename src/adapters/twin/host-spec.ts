import type { HostFile } from '../../core/model/file.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { diskFiles } from './disk.ts';
import { hubRules, nodeRules } from './firewall.ts';
import type { HostKeys } from './host-keys.ts';
import type { Layout, NodeLayout, SiteLayout } from './layout.ts';
import { hubLinks, INTERNET_BRIDGE, lanBridge, nodeLinks, podLinks, type Cable } from './links.ts';

/** Everything that is needed to boot one host, and to boot it again. */
export interface HostSpec {
  readonly host: HostName;
  readonly namespace: string;
  readonly cable: Cable;
  /** What it sets up as it boots: files beside its root. */
  readonly boot: readonly HostFile[];
  /** What is on its disk before its first boot. */
  readonly disk: readonly HostFile[];
  /** The namespace of its pod, and what configures that. */
  readonly pod?: { readonly namespace: string; readonly links: string };
}

export interface SpecOptions {
  readonly masquerade: boolean;
  readonly keys: ReadonlyMap<HostName, HostKeys>;
}

/** The specifications of every host in the layout, the hub first. */
export function hostSpecs(layout: Layout, options: SpecOptions): readonly HostSpec[] {
  const nodes = layout.sites.flatMap((site, i) =>
    site.nodes.map((node) => ({ site, node, bridge: lanBridge(i) })),
  );
  return [
    hubSpec(layout, options),
    ...nodes.map((placed, i) => nodeSpec({ ...placed, port: `h${i}`, mac: mac(i + 1) }, layout, options)),
  ];
}

function hubSpec(layout: Layout, { keys }: SpecOptions): HostSpec {
  const { ssh } = layout.topology.hub;
  return {
    host: HUB,
    namespace: layout.hubNamespace,
    cable: { port: 'hub', bridge: INTERNET_BRIDGE, namespace: layout.hubNamespace, end: 'eth0', mac: mac(0) },
    boot: bootFiles({
      sysctl: sysctl('0'),
      links: hubLinks(layout),
      rules4: hubRules(ssh.port, 4),
      rules6: hubRules(ssh.port, 6),
    }),
    disk: diskFiles({ host: HUB, layout, ssh, keys: keys.get(HUB)! }),
  };
}

interface PlacedNode {
  readonly site: SiteLayout;
  readonly node: NodeLayout;
  readonly bridge: string;
  readonly port: string;
  readonly mac: string;
}

function nodeSpec(
  { site, node, bridge, port, mac }: PlacedNode,
  layout: Layout,
  options: SpecOptions,
): HostSpec {
  const { host, namespace, podNamespace, ssh } = node;
  const firewall = {
    site,
    node,
    masquerade: options.masquerade,
    interface: layout.topology.wireguard.interface,
  };
  return {
    host,
    namespace,
    cable: { port, bridge, namespace, end: 'eth0', mac },
    boot: bootFiles({
      // On a tunnel node forwarding is left off: that Kuiil sets it must show.
      sysctl: sysctl(node.hasTunnel ? '0' : '1'),
      links: nodeLinks(node, site),
      rules4: nodeRules(firewall, 4),
      rules6: nodeRules(firewall, 6),
    }),
    disk: diskFiles({ host, layout, ssh, keys: options.keys.get(host)! }),
    ...(node.pods.length > 0 ? { pod: { namespace: podNamespace, links: podLinks(node) } } : {}),
  };
}

/** A locally administered hardware address. */
function mac(index: number): string {
  const digits = index.toString(16).padStart(6, '0');
  return `02:6b:75:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;
}

function bootFiles(
  texts: Readonly<Record<'sysctl' | 'links' | 'rules4' | 'rules6', string>>,
): readonly HostFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text, mode: 0o600 }));
}

/**
 * A new network namespace inherits the machine's IPv4 settings (devconf_inherit_init_net), so they are written either way.
 * Without duplicate detection a link-local address is usable at once: only with one does a router ask for neighbours.
 */
function sysctl(forwarding: '0' | '1'): string {
  return [
    `net/ipv4/ip_forward ${forwarding}`,
    `net/ipv6/conf/all/forwarding ${forwarding}`,
    'net/ipv6/conf/default/accept_dad 0',
    'net/ipv6/conf/eth0/accept_dad 0',
    // As systemd sets it: loose.
    'net/ipv4/conf/all/rp_filter 0',
    'net/ipv4/conf/default/rp_filter 2',
    'net/ipv4/conf/eth0/rp_filter 2',
    '',
  ].join('\n');
}
