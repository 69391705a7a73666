import { someChangingHost, someMoment, type Calamity } from '../scene.ts';

/** A disk with little or nothing left on it, from before the deployment or from its middle on, until the deployer has ended. */
export const diskFull: Calamity = async (scene) => {
  const { fleet, random, note } = scene;
  const host = someChangingHost(scene);
  const freeKiB = Math.round(random.pick([0, random.between(0, 24), random.between(0, 100)]));
  const place = random.unit() < 0.8 ? LIB : '/run';
  const early = random.unit() < 0.5;
  note(`${host} ${place} ${freeKiB}KiB ${early ? 'before' : 'during'}`);
  const fill = () => fleet.host(host, place === LIB ? fillLib(freeKiB) : fillRun(freeKiB));
  if (early) await fill();
  const deployment = scene.start();
  if (!early) {
    await someMoment(scene, deployment);
    await fill();
  }
  scene.mend(async () => {
    const { exitCode, stderr } = await fleet.host(host, place === LIB ? EMPTY_LIB : EMPTY_RUN);
    if (exitCode !== 0) throw new Error(`the disk of ${host} stays full: ${stderr}`);
  });
  return { attempts: [{ release: scene.to, ended: await deployment.ended }], needsMending: true };
};

const LIB = '/var/lib/kuiil';

/** A small filesystem in the place of the folder. Under its lock, so that nothing is written while it is copied. */
function fillLib(freeKiB: number): string {
  return `exec 9>/run/kuiil/lock; flock 9
    mkdir -p /mnt/lib; mount -t tmpfs -o mode=0755 small /mnt/lib; cp -a ${LIB}/. /mnt/lib/
    used=$(df --output=used -k /mnt/lib | tail -n1); mount -o remount,size=$(( used + ${freeKiB} ))k /mnt/lib
    mount --bind /mnt/lib ${LIB}; umount /mnt/lib`;
}

/** Lazily: an undo that still waits has its script open there. */
const EMPTY_LIB = `set -e; exec 9>/run/kuiil/lock; flock 9
  mkdir -p /mnt/old; mount --bind / /mnt/old
  find /mnt/old${LIB} -mindepth 1 -delete; cp -a ${LIB}/. /mnt/old${LIB}/; umount /mnt/old; umount -l ${LIB}`;

const EMPTY_RUN = 'mount -o remount,size=50% /run';

function fillRun(freeKiB: number): string {
  return `used=$(df --output=used -k /run | tail -n1); mount -o remount,size=$(( used + ${freeKiB} ))k /run`;
}
