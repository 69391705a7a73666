import { sleep } from '../fleet.ts';
import { someHost, someMoment, WHEN_DECIDED, type Calamity, type Scene } from '../scene.ts';

/** Packets vanish without a word, as behind a firewall that was reloaded. */
export const cutHub: Calamity = async (scene) => {
  const deployment = scene.start();
  await someMoment(scene, deployment);
  await goneForAWhile(scene, dropAtDeployer(scene), deployment.ended);
  return { attempts: [{ release: scene.to, ended: await deployment.ended }] };
};

/** The answer to the hub's confirmation is the one that decides for the fleet. */
export const loseConfirmation: Calamity = async (scene) => {
  const deployment = scene.start();
  await deployment.reaches('confirm');
  const laterMs = Math.round(scene.random.between(0, 600));
  scene.note(`+${laterMs}ms`);
  await sleep(laterMs);
  await goneForAWhile(scene, dropAtDeployer(scene), deployment.ended);
  return { attempts: [{ release: scene.to, ended: await deployment.ended }] };
};

/** The hub has decided, and never gets to say so. */
export const loseDecision: Calamity = async (scene) => {
  const { fleet } = scene;
  const rule = 'OUTPUT -p tcp --sport 22 -o eth0 -j DROP';
  const seconds = someWhile(scene);
  const cut = fleet.hub(`${WHEN_DECIDED}; iptables -w -I ${rule}`, 300_000);
  const heal = scene.mend(async () => {
    await fleet.hub(': >/run/given-up');
    await cut;
    await fleet.hub(`iptables -w -D ${rule}; rm /run/given-up`);
  });
  if (seconds > 0) void cut.then(() => sleep(seconds * 1000)).then(heal);
  return { attempts: [{ release: scene.to, ended: await scene.start().ended }] };
};

/** One site is lost to the deployer, and everybody else is there. */
export const cutRouter: Calamity = async (scene) => {
  const router = someHost(scene, (host) => host.endsWith('/r'));
  const address = router.startsWith('one') ? '192.168.99.10' : '192.168.99.14';
  scene.note(router);
  const deployment = scene.start();
  await someMoment(scene, deployment);
  const drop = (flag: string) =>
    scene.fleet.hub(`iptables -w ${flag} OUTPUT -p tcp --dport 22 -d ${address} -j DROP`);
  await goneForAWhile(scene, drop, deployment.ended);
  return { attempts: [{ release: scene.to, ended: await deployment.ended }] };
};

/** Connections end, and new ones can be made: sshd is restarted, or an idle timeout somewhere is too short. */
export const killSessions: Calamity = async (scene) => {
  const host = someHost(scene, (each) => each === 'hub' || each.endsWith('/r'));
  scene.note(host);
  const deployment = scene.start();
  await someMoment(scene, deployment);
  // A host has process numbers of its own: nothing else of this machine is in its /proc.
  await scene.fleet.host(
    host,
    `for file in /proc/[0-9]*/cmdline; do
       IFS= read -rd '' words <"$file" || :
       [[ $words != 'sshd: root'* && $words != 'sshd-session: root'* ]] || { pid=\${file#/proc/}; kill -9 "\${pid%%/*}"; }
     done 2>/dev/null`,
  );
  return { attempts: [{ release: scene.to, ended: await deployment.ended }] };
};

/** Nothing comes through the tunnel any more, whatever the release: a provider's firewall, say. */
export const blockPort: Calamity = async (scene) => {
  const { fleet, random, note } = scene;
  const deployment = scene.start();
  await someMoment(scene, deployment);
  const block = (flag: string) =>
    fleet.hub(`iptables -w -t raw ${flag} PREROUTING ! -i wg0 -p udp --dport 51820 -j DROP`);
  await block('-I');
  const heal = scene.mend(() => block('-D'));
  const seconds = random.pick([3, 8, 0]);
  note(seconds > 0 ? `for ${seconds}s` : 'to the end');
  if (seconds > 0) void sleep(seconds * 1000).then(heal);
  // Routers cannot ask the hub what was decided.
  return { attempts: [{ release: scene.to, ended: await deployment.ended }], needsMending: true };
};

/** Takes `-I` or `-D`. */
type Drop = (flag: string) => Promise<unknown>;

function dropAtDeployer({ fleet }: Scene): Drop {
  return (flag) =>
    fleet.deployer(
      `iptables -w ${flag} OUTPUT -p tcp --dport 22 -j DROP; iptables -w ${flag} INPUT -p tcp --sport 22 -j DROP`,
    );
}

async function goneForAWhile(scene: Scene, drop: Drop, ended: Promise<unknown>): Promise<void> {
  const seconds = someWhile(scene);
  await drop('-I');
  const heal = scene.mend(() => drop('-D'));
  if (seconds > 0) void sleep(seconds * 1000).then(heal);
  await ended;
}

/** In seconds; 0: for good, which is rare, because the deployer then waits for every timeout there is. */
function someWhile({ random, note }: Scene): number {
  const seconds = random.pick([1, 2, 4, 8, 15, 30, 0]);
  note(seconds > 0 ? `for ${seconds}s` : 'for good');
  return seconds;
}
