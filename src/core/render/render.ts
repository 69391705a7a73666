import type { Family } from '../model/address.ts';
import type { HostFile } from '../model/file.ts';
import type { HostState } from '../model/host-state.ts';
import { IP6TABLES_RULES, IPTABLES_RULES, ROUTES, SYSCTL, wireguardConf } from '../model/paths.ts';
import { renderChains } from './firewall.ts';
import { renderRoutes } from './routes.ts';
import { renderWireguard } from './wireguard.ts';

/** The files of one host, sorted by path. A file that would be empty is left out. */
export function render(state: HostState): readonly HostFile[] {
  const { wireguard } = state;
  const chains = (family: Family) => renderChains(state.chains.filter((chain) => chain.family === family));
  const files: readonly HostFile[] = [
    { path: IP6TABLES_RULES, mode: 0o644, text: chains(6) },
    { path: IPTABLES_RULES, mode: 0o644, text: chains(4) },
    { path: ROUTES, mode: 0o644, text: renderRoutes(state.routes, wireguard?.interface ?? '') },
    { path: SYSCTL, mode: 0o644, text: state.forwarding.map(renderForwarding).join('') },
    ...(wireguard
      ? [
          {
            path: wireguardConf(wireguard.interface),
            mode: 0o600,
            text: renderWireguard(state.host, wireguard),
          },
        ]
      : []),
  ];
  return files.filter((file) => file.text !== '');
}

function renderForwarding(family: Family): string {
  return family === 4 ? 'net.ipv4.ip_forward = 1\n' : 'net.ipv6.conf.all.forwarding = 1\n';
}
