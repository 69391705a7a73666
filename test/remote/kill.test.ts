import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostBox } from './host-box.ts';
import { randomState, releaseOf, seeded, type Random, type Release } from './states.ts';
import { bootBench, deploy, differences, OWNER, reboot, type Bench } from './transaction.ts';

const SEED = Number(process.env.KUIIL_SEED ?? Date.now() % 100_000);
const TRIALS = Number(process.env.KUIIL_TRIALS ?? 4);

/**
 * Every program that kuiil-host starts is preceded by one that counts; at the chosen number it kills kuiil-host,
 * and the program does not run.
 */
describe(`kuiil-host killed between any two steps (KUIIL_SEED=${SEED})`, () => {
  let bench: Bench;
  const random = seeded(SEED);
  let serial = 0;
  beforeAll(async () => {
    bench = await bootBench();
    await bench.box.sh(TRAPS);
  });
  afterAll(() => bench.box.destroy());

  const fresh = () => releaseOf(randomState(random, bench.keys));

  /** Runs `call` up to its n-th program; answers whether it got that far. */
  async function killedAt(n: number, call: () => Promise<unknown>): Promise<boolean> {
    const { box } = bench;
    await box.sh(`/usr/bin/rm -f /trap/sprung; echo 0 >/trap/count; echo ${n} >/trap/at`);
    await call().catch(() => undefined);
    await box.sh(
      '/usr/bin/rm -f /trap/at; while [[ -e /run/kuiil/lock ]] && ! /usr/bin/flock -n /run/kuiil/lock true; do sleep 0.05; done',
    );
    return (await box.run(['test', '-e', '/trap/sprung'])).code === 0;
  }

  it.each(Array.from({ length: TRIALS }, (_, i) => i))('while it activates, trial %i', async () => {
    const { box } = bench;
    const [before, after] = [fresh(), fresh()];
    await deploy(box, before, `a${serial++}`);
    await box.demand('stage', [after.digest], after.text);
    const tx = `a${serial++}`;
    const phase = ['switch', 'whole'][random(2)]!;
    const n = 1 + random(25);
    await killedAt(n, () => box.call('activate', [tx, after.digest, '60', phase], OWNER));
    await recover(box, random, tx);
    await expectSettled(box, before, `killed at ${n}`);
  });

  it.each(Array.from({ length: TRIALS }, (_, i) => i))('while it confirms, trial %i', async () => {
    const { box } = bench;
    const [before, after] = [fresh(), fresh()];
    await deploy(box, before, `c${serial++}`);
    await box.demand('stage', [after.digest], after.text);
    const tx = `c${serial++}`;
    await box.demand('activate', [tx, after.digest, '60', 'switch'], OWNER);
    const n = 1 + random(14);
    const confirm = () => box.call('confirm', [tx, after.digest, '0', random(2) ? 'keep' : 'contract']);
    await killedAt(n, confirm);
    if (random(2) === 0 && (await confirm()).code === 0) {
      await box.demand('tick', []);
      return expectSettled(box, after, `killed at ${n}, repeated`);
    }
    await recover(box, random, tx);
    const current = (await box.demand('snapshot', ['wg0'])).sections
      .get('host')!
      .find((line) => line.startsWith('current '));
    const settled = current === `current ${after.digest}` ? after : before;
    await expectSettled(box, settled, `killed at ${n}`);
  });

  it.each(Array.from({ length: TRIALS }, (_, i) => i))('while it reverts, trial %i', async () => {
    const { box } = bench;
    const [before, after] = [fresh(), fresh()];
    await deploy(box, before, `r${serial++}`);
    await box.demand('stage', [after.digest], after.text);
    const tx = `r${serial++}`;
    await box.demand('activate', [tx, after.digest, '60', 'switch'], OWNER);
    const n = 1 + random(20);
    await killedAt(n, () => box.call('revert', [tx]));
    if (random(2)) await box.demand('revert', [tx]);
    else await recover(box, random, tx);
    await expectSettled(box, before, `killed at ${n}`);
  });

  it.each(Array.from({ length: TRIALS }, (_, i) => i))('while it joins, trial %i', async () => {
    const { box } = bench;
    await box.demand('remove', ['-']);
    const release = fresh();
    await box.demand('stage', [release.digest], release.text);
    const tx = `j${serial++}`;
    const n = 1 + random(50);
    const struck = await killedAt(n, async () => {
      await box.demand('activate', [tx, release.digest, '60', 'whole'], OWNER);
      await box.demand('confirm', [tx, release.digest, '0', 'contract']);
    });
    await recover(box, random, tx);
    const { sections } = await box.demand('snapshot', ['wg0']);
    if (sections.get('host')!.includes('current -')) {
      expect(struck).toBe(true);
      expect(
        await box.sh('ip route show proto 75; ip -6 route show proto 75; iptables-save | grep KUIIL || :'),
      ).toBe('');
      expect(await box.sh('ls /etc/wireguard /sys/class/net; ls /etc/kuiil 2>/dev/null || :')).not.toMatch(
        /wg\d$|conf|routes/m,
      );
    } else await expectSettled(box, release, `killed at ${n}`);
  });
});

/** What comes after a kill: the undo of the minute tick, or a boot. */
async function recover(box: HostBox, random: Random, tx: string): Promise<void> {
  if (random(3) === 0) await reboot(box);
  await box.sh(`[[ ! -e /run/kuiil/transaction ]] || sed -i '1s/ [0-9]*$/ 1/' /run/kuiil/transaction`);
  await box.demand('tick', []);
  expect((await box.call('revert', [tx])).code).not.toBe(6);
}

async function expectSettled(box: HostBox, release: Release, what: string): Promise<void> {
  const facts = (await box.demand('snapshot', [release.interfaceName])).sections.get('host')!;
  expect(facts, what).toContain(`current ${release.digest}`);
  expect(facts, what).toContain('active -');
  expect(await differences(box, release), `${what}\n${release.text}`).toEqual([]);
  expect((await box.demand('tick', [])).did, what).toEqual([]);
}

const TRAPS = `mkdir /trap
cat >/trap/trap <<'END'
#!/bin/bash
tool=\${0##*/}
if [[ -e /trap/at ]]; then
  read -r n </trap/count
  read -r at </trap/at
  echo $(( n + 1 )) >/trap/count
  if [[ $(( n + 1 )) == "$at" ]]; then
    : >/trap/sprung
    for process in /proc/[0-9]*; do
      mapfile -td '' words <"$process/cmdline"
      # The caller on its wire, and what it has detached; not the sleeper that will undo it.
      [[ \${words[0]} == bash && ( \${words[3]} == kuiil-host || \${words[4]} == kuiil-host ) ]] || [[ "\${words[*]}" == *'kuiil-host detached'* ]] || continue
      [[ \${words[0]} == /bin/bash || \${words[0]} == timeout || \${words[0]} == bash ]] && kill -9 "\${process#/proc/}"
    done 2>/dev/null
    exit 1
  fi
fi
for folder in /usr/sbin /usr/bin; do [[ ! -x $folder/$tool ]] || exec "$folder/$tool" "$@"; done
END
chmod 755 /trap/trap
for tool in ip wg wg-quick iptables-save iptables-restore ip6tables-save ip6tables-restore sync mv ln cp rm mkdir rmdir \\
  flock setsid sha256sum readlink cat; do ln -s /trap/trap /usr/local/sbin/$tool; done`;
