import { hostPrefix } from '../../core/model/address.ts';
import type { Topology } from '../../core/model/topology.ts';
import { firstTunnel } from '../../core/render/first-tunnel.ts';
import type { NodeLayout } from './layout.ts';
import type { Host } from './host-kind.ts';
import { twinFault } from './run.ts';

/**
 * Gives a node that is reached through the tunnel its first one, as `kuiil bootstrap` does on a real host: a peer for the hub's
 * tunnel address and nothing else. It comes to life when the hub is deployed.
 */
export async function bootstrapTunnel(host: Host, node: NodeLayout, first: FirstTunnel): Promise<void> {
  const { topology, hubKey } = first;
  const { wireguard, hub } = topology;
  const peer: HubPeer = {
    publicKey: hubKey,
    endpoint: `${bracket(hub.endpoint.host)}:${hub.endpoint.port}`,
    allowedIPs: hub.tunnel.map((address) => hostPrefix(address.value).text).join(','),
  };
  const write = ['bash', '-c', 'umask 077; cat >"$1"', 'bash', `/etc/wireguard/${wireguard.interface}.conf`];
  const conf = firstTunnel({ wireguard, hub, hubKey, tunnel: node.tunnel, keepalive: KEEPALIVE });
  await inside(host, write, conf);
  await inside(host, first.start);
  const { publicKey, endpoint, allowedIPs } = peer;
  const nudge = [
    'bash',
    '-c',
    NUDGE,
    'nudge',
    wireguard.interface,
    publicKey,
    endpoint,
    allowedIPs,
    String(KEEPALIVE),
  ];
  await inside(host, ['setsid', '--fork', ...nudge]);
}

export interface FirstTunnel {
  readonly topology: Topology;
  /** The hub's WireGuard public key. */
  readonly hubKey: string;
  /** What brings up a tunnel that is configured. */
  readonly start: readonly string[];
}

interface HubPeer {
  readonly publicKey: string;
  readonly endpoint: string;
  readonly allowedIPs: string;
}

// Often, so that it is there soon after the hub is; Kuiil sets the topology's own.
const KEEPALIVE = 1;

// WireGuard asks for a handshake at most every five seconds (REKEY_TIMEOUT), and only the router can ask. A peer that is
// taken out and put back asks at once. Until the first handshake nobody has anything to lose by it: a deployment logs in
// through the tunnel, so it cannot have come before one, and it takes longer to log in than these two commands.
const NUDGE = `exec </dev/null >/dev/null 2>&1
while sleep 0.7; do
  if [[ $(wg show "$1" latest-handshakes) =~ [1-9][0-9]*$ ]]; then exit 0; fi
  wg set "$1" peer "$2" remove peer "$2" endpoint "$3" allowed-ips "$4" persistent-keepalive "$5" || exit 0
done`;

async function inside(host: Host, argv: readonly string[], stdin = ''): Promise<void> {
  const { stdout, stderr, exitCode } = await host.exec(argv, { stdin });
  if (exitCode === 0) return;
  const command = argv.join(' ').slice(0, 400);
  throw twinFault(`its first tunnel could not be made: exit code ${exitCode}`, {
    host: host.name,
    command,
    excerpt: (stderr || stdout).slice(-2000),
  });
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
