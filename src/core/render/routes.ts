import type { RouteGroup } from '../model/host-state.ts';
import { ROUTE_PROTOCOL } from '../model/paths.ts';

/**
 * `ip -batch` input. `replace`, because del and add in turn lose packets. A next hop without a device: the kernel
 * finds the LAN interface, whatever its name is on that host.
 */
export function renderRoutes(groups: readonly RouteGroup[], tunnel: string): string {
  return groups.map((group) => renderGroup(group, tunnel)).join('');
}

function renderGroup({ via, destinations }: RouteGroup, tunnel: string): string {
  const rest = ` ${via ? `via ${via.text}` : `dev ${tunnel}`} proto ${ROUTE_PROTOCOL}\n`;
  let text = '';
  for (const destination of destinations) text += `route replace ${destination.text}${rest}`;
  return text;
}
