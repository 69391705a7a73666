import { readFileSync, writeFileSync } from 'node:fs';
import type { BringUpOptions, TwinNetwork } from '../../src/adapters/twin/network.ts';
import { bringUp } from '../../src/adapters/twin/twin.ts';
import type { Topology } from '../../src/core/model/topology.ts';
import { clearCgroups } from './cgroups.ts';
import { joinLans } from './direct.ts';
import { fullHosts, type FullHosts } from './full-host.ts';
import { installMissing } from './install.ts';
import { hostRoot } from './root.ts';

/** A topology's whole network, of full hosts: real systemd, sshd and reboots. */
export type LabNetwork = TwinNetwork & Pick<FullHosts, 'enter'>;

export interface LabOptions extends Partial<BringUpOptions> {
  /** Puts the deployer on every site's LAN too, for topologies whose nodes are dialled directly (`via: direct`). */
  readonly direct?: boolean;
  /** Debian packages that the hosts have beside what they need. */
  readonly packages?: readonly string[];
}

/**
 * Brings a topology's whole network up on this machine, every host a container that boots Debian. Needs root; installs what the
 * machine lacks. Throws and leaves nothing behind when it cannot. A reboot here ends the kernel state but keeps what was written
 * and not synced: losing power in the middle of a write cannot be shown.
 */
export async function bringUpLab(topology: Topology, options: LabOptions = {}): Promise<LabNetwork> {
  const { direct, packages = [], ...rest } = options;
  const all = { sample: Infinity, masquerade: false, progress: { step: () => undefined }, ...rest };
  await installMissing(all.progress);
  const root = await hostRoot(packages, (line) => all.progress.step(line));
  raiseInotifyLimit();
  try {
    const hosts = fullHosts(root);
    const network = await bringUp(topology, all, hosts);
    const down = () => network.down().then(clearCgroups);
    try {
      if (direct) await joinLans(topology, network);
    } catch (error) {
      await down();
      throw error;
    }
    return { ...network, enter: (host) => hosts.enter(host), down };
  } finally {
    clearCgroups();
  }
}

// A systemd takes about five of the 128 that a kernel allows one user by default (inotify(7)), and all of ours are root.
const INOTIFY_INSTANCES = 8192;

function raiseInotifyLimit(): void {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  if (Number(readFileSync(file, 'utf8')) < INOTIFY_INSTANCES) writeFileSync(file, String(INOTIFY_INSTANCES));
}
