import { FaultError } from '../../core/model/fault.ts';
import { HUB, type HostName } from '../../core/model/name.ts';
import { hosts as hostsOf, type Hub, type Node, type Topology } from '../../core/model/topology.ts';
import { FIRST_TUNNEL_MARK, firstTunnel } from '../../core/render/first-tunnel.ts';
import { bootstrapScript } from '../../remote/bootstrap-script.ts';
import { pinPayload, type Pin } from './pins.ts';

export interface BootstrapRequest {
  readonly topology: Topology;
  readonly host: HostName;
  readonly pins: readonly Pin[];
  /** The text of kuiil-host. */
  readonly helper: string;
}

// Somebody has typed the line that the host printed by the time it matters, and the deployment waits for a handshake.
const KEEPALIVE_S = 5;

/** The script for one host. Throws a FaultError where the hub's key has to be known first. */
export function bootstrap({ topology, host, pins, helper }: BootstrapRequest): string {
  const all = hostsOf(topology);
  const target = all.find(({ name }) => name === host)!;
  const tunnel = needsTunnel(target) ? tunnelOf(topology, target) : undefined;
  return bootstrapScript({
    network: topology.name,
    host,
    interface: topology.wireguard.interface,
    kind: target.tunnel.length > 0 ? 'tunnel' : 'plain',
    way: all.some(({ ssh }) => ssh.via === host) ? 'jump' : 'alone',
    pins: pinPayload(topology, host, pins),
    mark: FIRST_TUNNEL_MARK,
    ...(tunnel === undefined ? {} : { tunnel }),
    helper,
  });
}

/** The deployer comes to it by the hub, at its tunnel address. */
function needsTunnel({ tunnel, ssh }: Hub | Node): boolean {
  return tunnel.length > 0 && ssh.via === HUB && ssh.host === undefined;
}

function tunnelOf({ wireguard, hub }: Topology, { name, tunnel, ssh }: Hub | Node): string {
  const hubKey = hub.enrolment.publicKey?.value;
  if (hubKey === undefined) {
    throw new FaultError({
      code: 'host/preflight',
      host: name,
      step: 'bootstrap',
      cause: 'its first tunnel goes to the hub, whose WireGuard key is not in the keys file',
      hint: 'enrol the hub first: `kuiil enrol hub`',
      stateNow: 'nothing was printed',
    });
  }
  return firstTunnel({
    wireguard,
    hub,
    hubKey,
    tunnel: tunnel.map(({ value }) => value),
    keepalive: KEEPALIVE_S,
    sshPort: ssh.port,
  });
}
