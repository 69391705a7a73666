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
    const { struck, joined, what } = await join(release);
    if (joined) return expectSettled(box, release, what);
    expect(struck).toBe(true);
    const ours = 'ip route show proto 75; ip -6 route show proto 75; iptables-save | grep KUIIL || :';
    expect(await box.sh(ours)).toBe('');
    const files = await box.sh('ls /etc/wireguard /sys/class/net; ls /etc/kuiil 2>/dev/null || :');
    expect(files).not.toMatch(/wg\d$|conf|routes/m);
  });

  it.each(Array.from({ length: TRIALS }, (_, i) => i))('while it takes a tunnel over, trial %i', async () => {
    const { box, keys } = bench;
    await box.demand('remove', ['-']);
    let release = fresh();
    while (release.state.wireguard?.interface !== 'wg0') release = fresh();
    await box.sh('cat >/etc/wireguard/wg0.conf; wg-quick up wg0 2>&1', byHand(keys.peers[0]!));
    const before = await tunnel();
    await box.demand('stage', [release.digest], release.text);
    const { joined, what } = await join(release);
    if (joined) {
      await expectSettled(box, release, what);
      await box.demand('remove', ['-']);
    }
    expect(await tunnel(), what).toBe(before);
    await box.sh('wg-quick down wg0 2>&1; /usr/bin/rm /etc/wireguard/wg0.conf');
  });

  const tunnel = async () => (await bench.box.sh(SEE_TUNNEL)).replaceAll(/^\d+: /gm, '');

  /** Activates and confirms a first release up to some step; what was left by then has been undone or finished. */
  async function join(release: Release) {
    const { box } = bench;
    const tx = `j${serial++}`;
    const n = 1 + random(50);
    const struck = await killedAt(n, async () => {
      await box.demand('activate', [tx, release.digest, '60', 'whole'], OWNER);
      await box.demand('confirm', [tx, release.digest, '0', 'contract']);
    });
    const rebooted = await recover(box, random, tx);
    const { sections } = await box.demand('snapshot', ['wg0']);
    const joined = !sections.get('host')!.includes('current -');
    return { struck, joined, what: `killed at ${n}${rebooted ? ', rebooted' : ''}` };
  }
});

/** What comes after a kill: the undo of the minute tick, or a boot. */
async function recover(box: HostBox, random: Random, tx: string): Promise<boolean> {
  const boots = random(3) === 0;
  if (boots) await reboot(box);
  await box.sh(`[[ ! -e /run/kuiil/transaction ]] || sed -i '1s/ [0-9]*$/ 1/' /run/kuiil/transaction`);
  await box.demand('tick', []);
  expect((await box.call('revert', [tx])).code).not.toBe(6);
  return boots;
}

const byHand = (peer: string) => `[Interface]
Address = 192.168.99.10/24
ListenPort = 51820
PostUp = wg set %i private-key /etc/wireguard/%i.key
[Peer]
PublicKey = ${peer}
AllowedIPs = 10.1.0.0/16, 10.200.0.0/16
`;

const SEE_TUNNEL = `cat /etc/wireguard/wg0.conf
ip -4 -o addr show dev wg0
ip route show dev wg0
ip -6 route show dev wg0 proto 75
wg show wg0 allowed-ips; wg show wg0 listen-port; wg show wg0 public-key
iptables-save | grep KUIIL || :`;

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
