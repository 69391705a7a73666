import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { run, type Finished } from '../../src/adapters/twin/run.ts';
import { HUB, type HostName } from '../../src/core/model/name.ts';
import { topologyOf, up } from '../e2e/twin-example.ts';
import { bringUpLab } from '../lab/lab.ts';
import { Deployment } from './deployment.ts';
import { WHOLE, type ChaosRelease } from './releases.ts';

const SCRIPT = '/var/lib/kuiil/kuiil-host';

/** What a host says of itself (docs/host.md, `snapshot`). */
export interface Standing {
  readonly current: string;
  readonly active: string;
  readonly transaction: string | undefined;
}

/** Light hosts are cheap and quick; full ones boot, and have systemd's timers. */
export type HostsKind = 'light' | 'full';

/** A twin or a lab, its deployer, and the minute timer that light hosts lack. */
export class ChaosFleet {
  readonly twin: TwinNetwork;
  readonly kind: HostsKind;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kuiil-chaos-'));
  #files = 0;
  /** Counts up at each start and stop; a timer ends when it is not its own any more. */
  #ticking = 0;
  /** All that hosts said: no secret may be in it. */
  readonly said: string[] = [];

  private constructor(twin: TwinNetwork, kind: HostsKind) {
    this.twin = twin;
    this.kind = kind;
  }

  static async up(kind: HostsKind): Promise<ChaosFleet> {
    const topology = topologyOf(WHOLE);
    return new ChaosFleet(await (kind === 'light' ? up(topology) : bringUpLab(topology)), kind);
  }

  get hosts(): readonly HostName[] {
    return this.twin.hosts;
  }

  deploy(release: ChaosRelease, ...options: readonly string[]): Deployment {
    const file = join(this.#folder, `${(this.#files += 1)}.yaml`);
    writeFileSync(file, release.topology);
    writeFileSync(file.replace('.yaml', '.keys.yaml'), release.keys);
    const args = ['deploy', '-f', file, '--format', 'json', ...options];
    return new Deployment(this.twin.asDeployer, args, this.twin.identity);
  }

  async standings(): Promise<ReadonlyMap<HostName, Standing>> {
    return new Map(
      await Promise.all(
        this.hosts.map(async (host): Promise<[HostName, Standing]> => [host, await this.#standing(host)]),
      ),
    );
  }

  async #standing(host: HostName): Promise<Standing> {
    const { stdout } = await this.host(host, `[ ! -e ${SCRIPT} ] || bash ${SCRIPT} snapshot wg0`);
    this.said.push(stdout);
    const facts = /^= host\n([^=]*)/m.exec(stdout)?.[1] ?? '';
    const word = (name: string) => new RegExp(`^${name} (\\S+)`, 'm').exec(facts)?.[1];
    return {
      current: word('current') ?? '-',
      active: word('active') ?? '-',
      transaction: word('transaction'),
    };
  }

  /** Runs a line of bash on a host. */
  host(host: HostName, line: string, timeoutMs = 30_000): Promise<Finished> {
    return this.twin.exec(host, ['bash', '--norc', '-c', line], { timeoutMs });
  }

  hub(line: string, timeoutMs = 30_000): Promise<Finished> {
    return this.host(HUB, line, timeoutMs);
  }

  /** Runs a line of bash in the network of the deployer. */
  deployer(line: string): Promise<Finished> {
    return run(['ip', 'netns', 'exec', this.twin.deployerNamespace, 'bash', '--norc', '-c', line]);
  }

  /**
   * Does what kuiil.timer does each minute, more often: light hosts have no systemd. Each host in its own time, also while a
   * deployment is under way, as on real hosts. Full hosts have the real one.
   */
  startTicking(everyMs: number): void {
    if (this.kind === 'full') return;
    const mine = (this.#ticking += 1);
    this.hosts.forEach(
      (host, i) => void this.#tickAway(host, { mine, everyMs, delayMs: (everyMs * i) / this.hosts.length }),
    );
  }

  stopTicking(): void {
    this.#ticking += 1;
  }

  async #tickAway(host: HostName, timer: { mine: number; everyMs: number; delayMs: number }): Promise<void> {
    await sleep(timer.delayMs);
    while (this.#ticking === timer.mine) {
      const tick = this.host(host, `[ ! -e ${SCRIPT} ] || bash ${SCRIPT} tick`, 90_000);
      // A host that is booting has nothing to tick with.
      const { stdout, exitCode } = await tick.catch(() => ({ stdout: '', exitCode: 0 }));
      if (exitCode !== 0 || stdout.includes('\n+ ')) this.said.push(`tick of ${host}: ${stdout}`);
      await sleep(timer.everyMs);
    }
  }

  /** Its boot units have run when it is back. */
  reboot(host: HostName): Promise<void> {
    return this.twin.reboot(host);
  }

  /** Every line of every private key that is on the twin. */
  async secrets(): Promise<readonly string[]> {
    const print = 'cat /etc/wireguard/*.key /etc/ssh/ssh_host_*_key';
    const keys = await Promise.all(this.hosts.map(async (host) => (await this.host(host, print)).stdout));
    const lines = [...keys, this.twin.identity].flatMap((text) => text.split('\n'));
    return lines.filter((line) => line.length >= 40 && !line.startsWith('-----') && !isHeader(line));
  }

  async down(): Promise<void> {
    this.stopTicking();
    await this.twin.down();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The first line of every unencrypted OpenSSH key of one type is the same. */
function isHeader(line: string): boolean {
  return line.startsWith('b3BlbnNzaC1rZXktdjEAAAAA');
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
