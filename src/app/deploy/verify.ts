import { FaultError } from '../../core/model/fault.ts';
import { HUB } from '../../core/model/name.ts';
import { demand } from '../call.ts';
import { CALL_MS, type DeployRequest } from './request.ts';
import type { View } from './view.ts';

/**
 * Looks at the data plane from the hosts that changed. A session that was there before masks a wrong key or
 * endpoint for up to 180 s, so tunnel nodes shake hands anew; every host then reaches the hub through the tunnel.
 */
export async function verify(views: readonly View[], request: DeployRequest): Promise<void> {
  const results = await Promise.all(views.map((view) => verifyHost(view, request)));
  const failed = results.flatMap((result) => result ?? [])[0];
  if (failed) throw failed;
}

async function verifyHost(view: View, { topology }: DeployRequest): Promise<FaultError | undefined> {
  const { session, desired } = view;
  if (view.host === HUB) return undefined;
  const peers = desired.state.wireguard?.peers ?? [];
  const routed = new Set(desired.state.routes.map((group) => group.family));
  const probes = [
    ...peers.map((peer) => `handshake ${peer.publicKey}`),
    ...topology.hub.tunnel
      .filter(({ value }) => routed.has(value.family))
      .map(({ value }) => `ping ${value.text}`),
  ];
  if (probes.length === 0) return undefined;
  const answer = await demand(session, {
    verb: 'probe',
    args: [desired.interfaceName],
    payload: `${probes.join('\n')}\n`,
    timeoutMs: CALL_MS.probe,
  });
  const answered = new Set(answer.sections.get('probes') ?? []);
  const missing = probes.find((probe) => !answered.has(`${probe} ok`));
  return missing === undefined ? undefined : notVerified(view, missing);
}

function notVerified({ host }: View, probe: string): FaultError {
  const [kind, target] = probe.split(' ');
  return new FaultError({
    code: 'host/not-verified',
    host,
    step: 'verify',
    command: probe,
    cause:
      kind === 'handshake'
        ? `no new WireGuard handshake with the peer ${target}: its key, its endpoint or its UDP port is wrong or closed`
        : `the hub's tunnel address ${target} does not answer through the new configuration`,
    stateNow: 'going back to what it had',
  });
}
