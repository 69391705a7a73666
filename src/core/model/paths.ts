/** Where Kuiil's files stand on a host. Nothing else there is ours. */
export const IPTABLES_RULES = '/etc/kuiil/iptables.rules';
export const IP6TABLES_RULES = '/etc/kuiil/ip6tables.rules';
export const ROUTES = '/etc/kuiil/routes';
export const SYSCTL = '/etc/sysctl.d/90-kuiil.conf';

export function wireguardConf(interfaceName: string): string {
  return `/etc/wireguard/${interfaceName}.conf`;
}

/** The mark on our routes: `proto 75` ("K"), which no routing daemon uses (iproute2's rt_protos). */
export const ROUTE_PROTOCOL = 75;
