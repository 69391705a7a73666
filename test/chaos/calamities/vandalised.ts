import type { HostName } from '../../../src/core/model/name.ts';
import { someChangingHost, type Calamity, type Happened, type Scene } from '../scene.ts';

/** What a release would do that firewalls SSH: packets are dropped for as long as it is active. */
export const cutSsh: Calamity = async (scene) => {
  // Every change of a trial reaches a router.
  const host = someChangingHost(scene, (each) => each !== 'hub');
  scene.note(host);
  const rule = 'INPUT -p tcp --dport 22 -j DROP';
  return vandalised(scene, host, { begin: `iptables -w -I ${rule}`, end: `iptables -w -D ${rule}` });
};

/** What a release would do that takes the route to the jump host away. */
export const cutRoute: Calamity = async (scene) => {
  const host = someChangingHost(scene);
  scene.note(host);
  const route = `blackhole ${jumpHostOf(host)}/32`;
  return vandalised(scene, host, { begin: `ip route add ${route}`, end: `ip route del ${route}` });
};

function jumpHostOf(host: HostName): string {
  // The hub is dialled by the deployer itself, whose address only an open connection tells.
  if (host === 'hub')
    return '$(ss -Htn state established sport = :22 | awk "{print \\$4; exit}" | cut -d: -f1)';
  if (host.endsWith('/r')) return '192.168.99.1';
  return host.startsWith('one/') ? '192.168.100.100' : '192.168.0.100';
}

interface Deed {
  readonly begin: string;
  readonly end: string;
}

/** A vandal does it as soon as there is an unconfirmed release on the host, and undoes it when there is none any more. */
async function vandalised(scene: Scene, host: HostName, { begin, end }: Deed): Promise<Happened> {
  const { fleet } = scene;
  const vandal = fleet.host(
    host,
    `until [[ -e /run/kuiil/active || -e /run/gone ]]; do sleep 0.02; done; ${begin}
     while [[ -e /run/kuiil/active && ! -e /run/gone ]]; do sleep 0.1; done; ${end}; rm -f /run/gone`,
    300_000,
  );
  const ended = await scene.start().ended;
  scene.mend(async () => {
    await fleet.host(host, ': >/run/gone');
    await vandal;
    await fleet.host(host, 'rm -f /run/gone');
  });
  return { attempts: [{ release: scene.to, ended }] };
}
