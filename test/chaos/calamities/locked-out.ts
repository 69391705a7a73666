import { someHost, type Calamity, type Scene } from '../scene.ts';

/**
 * A firewall that was there before lets SSH in from the interfaces that its admin knew, and the release renames the interface. Before
 * netfilter's filter table, where no rule of Kuiil's can accept it again.
 */
export const firewallSsh: Calamity = async (scene) => {
  const router = someHost(scene, (host) => host.endsWith('/r'));
  scene.note(router);
  const rule = (flag: string) =>
    scene.fleet.host(router, `iptables -w -t raw ${flag} PREROUTING -i ${RENAMED} -p tcp --dport 22 -j DROP`);
  await rule('-A');
  scene.mend(() => rule('-D'));
  return lockedOut(scene, { interface: RENAMED });
};

const RENAMED = 'wg7';

/** The release has a range in which the deployer itself sits: the hub's answers to it go into the tunnel. */
export const routeAway: Calamity = async (scene) => {
  const { stdout } = await scene.fleet.deployer('ip -4 -o addr show dev eth0 scope global');
  const range = `${/ inet ([0-9.]+)/.exec(stdout)![1]}/32`;
  scene.note(range);
  return lockedOut(scene, { range });
};

async function lockedOut({ spoil, start }: Scene, how: Parameters<Scene['spoil']>[0]) {
  const release = spoil(how);
  return { attempts: [{ release, ended: await start(release).ended }], exits: [5] };
}
