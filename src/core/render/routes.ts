import type { Prefix } from '../model/address.ts';
import type { RouteGroup } from '../model/host-state.ts';
import { ROUTE_PROTOCOL } from '../model/paths.ts';

/**
 * `ip -batch` input. `replace`, because del and add in turn lose packets. A next hop without a device: the kernel
 * finds the LAN interface, whatever its name is on that host.
 */
export function renderRoutes(groups: readonly RouteGroup[], tunnel: string): string {
  return groups.map((group) => renderGroup(group, tunnel)).join('');
}

// The plain nodes of a cluster share their groups, so that a large fleet renders each list once, not once a node.
const rendered = new WeakMap<RouteGroup, string>();

function renderGroup(group: RouteGroup, tunnel: string): string {
  const { via, destinations } = group;
  if (!via) return renderLines(destinations, `dev ${tunnel}`);
  const text = rendered.get(group) ?? renderLines(destinations, `via ${via.text}`);
  rendered.set(group, text);
  return text;
}

/** One join, because a line at a time costs several times as much. */
function renderLines(destinations: readonly Prefix[], hop: string): string {
  const rest = ` ${hop} proto ${ROUTE_PROTOCOL}\n`;
  const texts = destinations.map((prefix) => prefix.text);
  return `route replace ${texts.join(`${rest}route replace `)}${rest}`;
}
