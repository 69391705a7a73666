import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostScript } from '../../src/remote/host-script.ts';
import { isThere, keptText } from '../../src/remote/invocation.ts';
import { wantsScript } from '../../src/remote/protocol.ts';
import { run, takeApart, until } from './host-box.ts';
import { releaseOf, type Release } from './states.ts';
import {
  bootBench,
  deploy,
  differences,
  everything,
  OWNER,
  reboot,
  tunnelRelease,
  type Bench,
} from './transaction.ts';

describe('the verbs of kuiil-host', () => {
  let bench: Bench;
  let one: Release;
  let two: Release;
  beforeAll(async () => {
    bench = await bootBench();
    one = tunnelRelease(bench, 1);
    two = tunnelRelease(bench, 2);
  });
  afterAll(() => bench.box.destroy());

  it('reads a host without writing anything', async () => {
    const { box } = bench;
    const before = await everything(box);
    const answer = await box.demand('snapshot', ['wg0']);
    expect(answer.sections.get('host')).toContain('current -');
    expect(answer.sections.has('wg')).toBe(false);
    expect(await everything(box)).toBe(before);
  });

  it('answers a wrong call with exit code 2, and a missing release with 4', async () => {
    const { box } = bench;
    const digest = 'a'.repeat(64);
    expect((await box.call('stage', ['no-digest'])).code).toBe(2);
    expect((await box.call('activate', ['t', digest, '60', 'sideways'])).code).toBe(4);
    expect((await box.call('confirm', ['t', digest, 'soon', 'keep'])).code).toBe(2);
    expect((await box.call('confirm', ['t', digest, '60', 'keep'])).code).toBe(4);
    expect((await box.call('revert', ['t'])).code).toBe(0);
    const { argv, stdin } = box.wire('explode', [], '');
    expect((await run(argv, stdin)).stdout).toMatch(/^kuiil 2 explode\n[^]*= end 2\n$/);
  });

  it('refuses a payload that is not what its digest says', async () => {
    const { box } = bench;
    const answer = await box.call('stage', [one.digest], `${one.text}x`);
    expect(answer.code).toBe(4);
    expect(answer.failed).toContain('sha256');
    expect(await box.sh('ls -A /var/lib/kuiil/releases')).toBe('');
  });

  it('says that it wants the whole script where it keeps another, and stages nothing', async () => {
    const { box } = bench;
    const there = isThere(createHash('sha256').update(keptText(hostScript)).digest('hex'));
    await box.sh('rm -f /var/lib/kuiil/kuiil-host');
    const stageIfThere = async () => (await box.call('stage', [one.digest, there], one.text)).text;
    const asked = await stageIfThere();
    expect(wantsScript(asked)).toBe(true);
    expect(await box.sh('ls -A /var/lib/kuiil/releases')).toBe('');
    await box.demand('stage', [one.digest], one.text);
    expect(wantsScript(await stageIfThere())).toBe(false);
    await box.sh('echo : >>/var/lib/kuiil/kuiil-host');
    expect(wantsScript(await stageIfThere())).toBe(true);
  });

  it('goes from nothing to confirmed, and a second time changes nothing', async () => {
    const { box } = bench;
    await deploy(box, one, 'first');
    expect(await differences(box, one)).toEqual([]);
    await box.demand('stage', [one.digest], one.text);
    for (const phase of ['expand', 'switch', 'whole'])
      expect((await box.demand('activate', ['again', one.digest, '60', phase], OWNER)).did).toEqual([]);
    await box.demand('confirm', ['again', one.digest, '60', 'keep']);
    expect((await box.demand('confirm', ['again', one.digest, '60', 'contract'])).did).toEqual([]);
    expect((await box.demand('tick', [])).did).toEqual([]);
  });

  it('keeps what is to be removed until the contraction, also when it ticks', async () => {
    const { box } = bench;
    await box.demand('stage', [two.digest], two.text);
    await box.demand('activate', ['keep', two.digest, '60', 'switch'], OWNER);
    await box.demand('confirm', ['keep', two.digest, '60', 'keep']);
    expect((await box.demand('tick', [])).did).toEqual([]);
    expect(await differences(box, two)).not.toEqual([]);
    await box.demand('confirm', ['keep', two.digest, '60', 'contract']);
    expect(await differences(box, two)).toEqual([]);
  });

  it('contracts by itself when nobody comes back', async () => {
    const { box } = bench;
    await box.demand('stage', [one.digest], one.text);
    await box.demand('activate', ['lonely', one.digest, '60', 'switch'], OWNER);
    await box.demand('confirm', ['lonely', one.digest, '0', 'keep']);
    await box.demand('tick', []);
    expect(await differences(box, one)).toEqual([]);
  });

  it('goes back by itself when the deadline passes, and refuses a confirmation after it', async () => {
    const { box } = bench;
    await box.demand('stage', [two.digest], two.text);
    await box.demand('activate', ['late', two.digest, '2', 'switch'], OWNER);
    expect((await box.demand('snapshot', ['wg0'])).sections.get('owner')).toEqual(OWNER.trim().split('\n'));
    await until(async () => (await box.sh('ls /run/kuiil')).includes('reverted'));
    await until(async () => !(await box.sh('ls /run/kuiil')).includes('transaction'));
    expect(await differences(box, one)).toEqual([]);
    const answer = await box.call('confirm', ['late', two.digest, '60', 'keep']);
    expect([answer.code, answer.failed]).toEqual([4, expect.stringContaining('no transaction is pending')]);
  });

  it('refuses a confirmation after the deadline also before the undo has run', async () => {
    const { box } = bench;
    await box.demand('activate', ['slow', two.digest, '60', 'switch'], OWNER);
    await box.sh(`sed -i '1s/ [0-9]*$/ 1/' /run/kuiil/transaction`);
    const answer = await box.call('confirm', ['slow', two.digest, '60', 'keep']);
    expect([answer.code, answer.failed]).toEqual([4, expect.stringContaining('deadline')]);
    await box.demand('tick', []);
    expect(await differences(box, one)).toEqual([]);
  });

  // bash's arithmetic runs what stands in a subscript. Behind the drift key's gate, that was a shell for whoever stole it.
  it.each(['EUID[$(touch /tmp/ran)]', 'PAYLOAD[$(touch /tmp/ran)0]', 'a[0]', '08', '1/0', '-s', '99999999'])(
    'takes %j for no size of a probe, and runs none of it',
    async (size) => {
      const { box } = bench;
      const lines = `ping-df 127.0.0.1 ${size}\npingx 127.0.0.1\ntcpx 127.0.0.1 1\nping 127.0.0.1\nping-df 127.0.0.1 ${size}\n`;
      for (const [verb, args] of [
        ['snapshot', ['wg0', 'whole']],
        ['probe', ['wg0']],
      ] as const) {
        const { code, sections } = await box.call(verb, args, lines);
        const said = sections.get('probes')!.toSorted();
        expect([code, said]).toEqual([
          0,
          [`ping 127.0.0.1 ok`, ...Array(2).fill(`ping-df 127.0.0.1 ${size} failed`)],
        ]);
      }
      expect(await box.sh('ls /tmp/ran 2>/dev/null || echo nothing')).toBe('nothing\n');
    },
  );

  it('ends TCP probes that nobody answers, also where signals are ignored, and knows who refuses', async () => {
    const { box } = bench;
    await box.sh('iptables -I OUTPUT -d 10.9.0.77 -p tcp -j DROP');
    const from = performance.now();
    const lines = ['tcp 127.0.0.1 1', 'tcp 10.9.0.77 1', 'tcp 10.9.0.77 2'];
    const { argv, stdin } = box.wire('probe', ['wg0'], `${lines.join('\n')}\n`);
    const at = argv.lastIndexOf('sh');
    const ignoring = [
      ...argv.slice(0, at),
      'env',
      '--ignore-signal=PIPE',
      '--ignore-signal=TERM',
      ...argv.slice(at),
    ];
    const { stdout, stderr } = await run(ignoring, stdin);
    expect(performance.now() - from).toBeLessThan(4000);
    expect(stdout.match(/^tcp .*$/gm)).toEqual([
      'tcp 127.0.0.1 1 ok',
      'tcp 10.9.0.77 1 failed',
      'tcp 10.9.0.77 2 failed',
    ]);
    expect(stderr).toBe('');
    await box.sh('iptables -D OUTPUT -d 10.9.0.77 -p tcp -j DROP');
  });

  it('refuses to ask whether no script is kept, and says tick quiet also where it is sent', async () => {
    const { box } = bench;
    expect((await box.call('stage', [one.digest, 'script='], one.text)).code).toBe(2);
    const { argv, stdin } = box.wire('tick', ['quiet'], '');
    expect(await run(argv, stdin)).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('gives a peer that comes back the address that it roamed to', async () => {
    const { box } = bench;
    const tunnel = one.state.wireguard!;
    const [gone, ...peers] = tunnel.peers;
    const { endpoint: _, ...nameless } = gone!;
    const withIt = releaseOf({ ...one.state, wireguard: { ...tunnel, peers: [nameless, ...peers] } });
    const without = releaseOf({ ...one.state, wireguard: { ...tunnel, peers } });
    await deploy(box, withIt, 'with');
    const endpoints = () => box.sh('wg show wg0 endpoints');
    await box.sh(`wg set wg0 peer ${gone!.publicKey} endpoint 198.51.100.7:4711`);
    await box.demand('stage', [without.digest], without.text);
    await box.demand('activate', ['roamed', without.digest, '60', 'whole'], OWNER);
    expect(await endpoints()).not.toContain(gone!.publicKey);
    await box.demand('revert', ['roamed']);
    expect(await endpoints()).toContain(`${gone!.publicKey}\t198.51.100.7:4711`);
    expect((await box.demand('tick', [])).did).toEqual([]);
    await deploy(box, one, 'back');
  });

  it('deletes routes of which one is gone by then', async () => {
    const { box } = bench;
    await box.sh('ip route add 10.77.1.0/24 dev wg0 proto 75; ip route add 10.77.2.0/24 dev wg0 proto 75');
    const [place, thief] = ['/usr/local/sbin/ip', '[[ "$*" != *-batch* ]] || ip route del 10.77.1.0/24'];
    await box.sh(
      `printf '#!/bin/bash\\nPATH=/usr/sbin:/sbin:/usr/bin:/bin\\n%s\\nexec ip "$@"\\n' '${thief}' >${place}; chmod 755 ${place}`,
    );
    const { did } = await box.demand('tick', []);
    await box.sh(`rm ${place}`);
    expect(did.join('\n')).toContain('route del 10.77.1.0/24');
    expect(await differences(box, one)).toEqual([]);
  });

  it('shows the owner to whoever comes second', async () => {
    const { box } = bench;
    await box.demand('activate', ['mine', two.digest, '60', 'expand'], OWNER);
    for (const [verb, args] of [
      ['activate', ['yours', one.digest, '60', 'switch']],
      ['confirm', ['yours', one.digest, '60', 'keep']],
      ['revert', ['yours']],
      ['remove', ['-']],
    ] as const) {
      const answer = await box.call(verb, args);
      expect([verb, answer.code, answer.sections.get('owner')]).toEqual([verb, 3, OWNER.trim().split('\n')]);
    }
    await box.demand('revert', ['mine']);
    expect(await differences(box, one)).toEqual([]);
  });

  it('refuses when the lock is held', async () => {
    const { box } = bench;
    const holder = box.run(['flock', '/run/kuiil/lock', 'sleep', '47']);
    await until(async () => (await box.run(['flock', '-n', '/run/kuiil/lock', 'true'])).code !== 0);
    const [activated, ticked] = await Promise.all([
      box.call('activate', ['held', one.digest, '60', 'switch'], OWNER),
      box.call('tick', []),
    ]);
    expect([activated.code, ticked.code]).toEqual([3, 0]);
    expect(activated.failed).toContain('lock');
    await box.sh(`pkill -f '[s]leep 47'`);
    await holder;
  }, 30_000);

  it('puts the host back when a step fails half-way', async () => {
    const { box } = bench;
    await box.sh(
      `printf '#!/bin/sh\\necho broken >&2\\nexit 1\\n' >/usr/local/sbin/wg; chmod 755 /usr/local/sbin/wg`,
    );
    const broken = await box.call('activate', ['broken', two.digest, '60', 'switch'], OWNER);
    expect([broken.code, broken.failed]).toEqual([6, expect.stringContaining('broken')]);
    await box.sh('rm /usr/local/sbin/wg');
    await box.demand('revert', ['broken']);
    expect(await differences(box, one)).toEqual([]);

    await box.sh(
      `printf '#!/bin/sh\\n[ "$1" != -force ] || exit 1\\nexec /usr/sbin/ip "$@"\\n' >/usr/local/sbin/ip; chmod 755 /usr/local/sbin/ip`,
    );
    const put = await box.call('activate', ['put', two.digest, '60', 'switch'], OWNER);
    await box.sh('rm /usr/local/sbin/ip');
    expect([put.code, put.failed]).toEqual([5, expect.stringContaining('step routes')]);
    expect(await differences(box, one)).toEqual([]);
  });

  it('finishes an activation whose caller has died', async () => {
    const { box } = bench;
    const { argv, stdin } = box.wire('activate', ['orphan', two.digest, '60', 'switch'], OWNER);
    const caller = run(argv, stdin);
    await until(async () => (await box.sh('ls /run/kuiil')).includes('call.'));
    await box.sh('for call in /run/kuiil/call.*; do kill -9 "${call##*.}"; done');
    await caller;
    await until(async () =>
      (await box.demand('snapshot', ['wg0'])).sections
        .get('host')!
        .some((line) => /^transaction orphan .* switch$/.test(line)),
    );
    await until(async () => (await box.run(['flock', '-n', '/run/kuiil/lock', 'true'])).code === 0);
    await box.demand('revert', ['orphan']);
    expect(await differences(box, one)).toEqual([]);
  });

  it('mends what others break', async () => {
    const { box } = bench;
    for (const vandalism of [
      'ip link del wg0',
      'ip route flush proto 75; ip -6 route flush proto 75',
      'ip route add blackhole 198.51.100.0/24 proto 75; ip route add prohibit 198.51.100.7 proto 75',
      'ip -6 route add unreachable 2001:db8:7::/64 proto 75; ip -6 route add blackhole 2001:db8:7::7 proto 75',
      `for route in $(ip route show proto 75 | cut -d' ' -f1); do ip route replace blackhole $route proto 75; done`,
      'iptables -F; iptables -X; ip6tables -F',
      'iptables -I FORWARD -j DROP',
      'wg set wg0 listen-port 4711',
      `for peer in $(wg show wg0 peers); do wg set wg0 peer $peer remove; done`,
      'ip addr flush dev wg0; ip link set wg0 mtu 1300',
      'echo 0 >/proc/sys/net/ipv4/ip_forward',
      'pkill wireguard-go; while [[ -e /sys/class/net/wg0 ]]; do :; done',
    ]) {
      await box.sh(vandalism);
      expect((await box.demand('tick', [])).did, vandalism).not.toEqual([]);
      expect(await differences(box, one), vandalism).toEqual([]);
      expect((await box.demand('tick', [])).did, vandalism).toEqual([]);
    }
    await box.sh('iptables -D FORWARD -j DROP');
  });

  it('boots into what is confirmed, whatever was active', async () => {
    const { box } = bench;
    await box.demand('activate', ['boot', two.digest, '60', 'switch'], OWNER);
    await reboot(box);
    expect(await differences(box, one)).toEqual([]);
    expect((await box.call('confirm', ['boot', two.digest, '60', 'keep'])).code).toBe(4);
  });

  it('keeps the last five confirmed releases', async () => {
    const { box } = bench;
    for (let i = 3; i < 7; i++) await deploy(box, tunnelRelease(bench, i), `many${i}`);
    expect((await box.sh('ls /var/lib/kuiil/releases')).trim().split('\n')).toHaveLength(5);
    expect((await box.sh('ls /var/lib/kuiil/confirmed')).trim()).toBe('many6');
  });

  it('says so when an answer is cut', () => {
    expect(() => takeApart('tick', { stdout: 'kuiil 2 tick\n= did\n', stderr: '', code: 0 })).toThrow('cut');
  });
});
