import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { address, prefix, publicKey, randomState, releaseOf, seeded, type Release } from './states.ts';
import { bootBench, deploy, differences, everything, OWNER, reboot, type Bench } from './transaction.ts';

/** The router of the original guide. */
function guide({ keys }: Bench, lan = '10.9.0.1'): Release {
  const route = ['192.168.0.0/24', '192.168.99.0/24', '10.233.0.0/16'].map(prefix);
  const wg0 = [{ in: 'wg0', target: 'ACCEPT' } as const, { out: 'wg0', target: 'ACCEPT' } as const];
  return releaseOf({
    ...randomState(seeded(1), keys),
    wireguard: {
      interface: 'wg0',
      publicKey: publicKey(keys.own),
      port: 51820,
      mtu: 1380,
      addresses: [address('192.168.99.10')],
      peers: [
        {
          name: 'hub',
          publicKey: publicKey(keys.peers[0]!),
          endpoint: `${lan}:51820`,
          allowedIPs: ['10.233.0.0/16', '192.168.0.0/24', '192.168.99.0/24'].map(prefix),
          keepalive: 25,
        },
      ],
    },
    forwarding: [4],
    chains: [{ family: 4, table: 'filter', chain: 'KUIIL-FORWARD', rules: wg0 }],
    routes: [
      {
        family: 4,
        destinations: route.toSorted((a, b) => (a.start < b.start ? -1 : 1)),
      },
    ],
  });
}

/** What the guide has a person write and run. */
const BY_HAND = (key: string, peer: string, psk: string) => `# my own
[Interface]
Address = 192.168.99.10/24
PrivateKey = ${key}
PostUp = iptables -A FORWARD -i %i -j ACCEPT
PostDown = iptables -A FORWARD -i %i -j ACCEPT
ListenPort = 51820

[Peer]
PublicKey = ${peer}
PresharedKey = ${psk}
AllowedIPs = 192.168.99.0/24, 192.168.0.0/24, 10.233.0.0/16, 10.50.0.0/16
Endpoint = 10.9.0.1:51820
`;

const FOREIGN = `iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -A FORWARD -s 1.2.3.4 -j DROP
iptables -N OTHER; iptables -A OTHER -j RETURN; iptables -I FORWARD -j OTHER
iptables -t mangle -A FORWARD -j MARK --set-mark 1
ip6tables -A FORWARD -s fd55::/64 -j DROP
ip route add 172.30.0.0/16 via 10.9.0.1
ip route add 172.31.0.0/16 via 10.9.0.1 proto 99
ip -6 route add fd77::/64 via fd09::1
mkdir -p /etc/kuiil; echo mine >/etc/kuiil/notes; echo old >/etc/kuiil/routes
echo '# mine' >/etc/sysctl.d/90-kuiil.conf
echo other >/etc/wireguard/other.conf`;

describe('what was there before Kuiil', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await bootBench();
  });
  afterEach(() => bench.box.destroy());

  it('stays untouched while Kuiil comes, changes and goes', async () => {
    const { box, keys } = bench;
    await box.sh(FOREIGN);
    const before = await everything(box);
    const random = seeded(5);
    for (let i = 0; i < 2; i++) await deploy(box, releaseOf(randomState(random, keys)), `t${i}`);
    await deploy(box, guide(bench), 'last');
    const rules = (text: string) =>
      text.split('\n').filter((line) => line.startsWith('-A') && !line.includes('KUIIL'));
    expect(rules(await everything(box))).toEqual(rules(before));
    expect(
      await box.sh('ip route show 172.30.0.0/15; ip route show 172.31.0.0/16; cat /etc/kuiil/notes'),
    ).toContain('mine');
    const { did } = await box.demand('remove', [guide(bench).digest]);
    expect(did).not.toEqual([]);
    expect(await everything(box)).toBe(before);
    expect((await box.demand('remove', ['-'])).did).toEqual([]);
  });

  it('is put back when the first release ever is reverted', async () => {
    const { box } = bench;
    await box.sh(FOREIGN);
    const before = await everything(box);
    const release = guide(bench);
    await box.demand('stage', [release.digest], release.text);
    await box.demand('activate', ['t', release.digest, '60', 'whole'], OWNER);
    expect(await differences(box, release)).toEqual([]);
    await box.demand('revert', ['t']);
    await box.sh('rm -rf /var/lib/kuiil /run/kuiil');
    expect(await everything(box)).toBe(before);
  });

  it('is the key too: only one that Kuiil made goes', async () => {
    const { box } = bench;
    await box.sh('rm /etc/wireguard/*.key');
    const release = guide(bench);
    const refused = await box.call('stage', [release.digest], release.text);
    const made = (await box.sh('wg pubkey </etc/wireguard/wg0.key')).trim();
    expect([refused.code, refused.failed]).toEqual([4, expect.stringContaining(made)]);
    expect(refused.failed).toContain(bench.keys.own);
    expect(await box.sh('stat -c %a /etc/wireguard/wg0.key')).toBe('600\n');
    const right = guide({ ...bench, keys: { ...bench.keys, own: made } });
    await deploy(box, right, 't');
    await box.demand('remove', ['-']);
    expect(await box.sh('ls -A /etc/wireguard')).toBe('');
  });

  describe('a tunnel made by hand', () => {
    let before: string;
    let key: string;
    beforeEach(async () => {
      const { box, keys } = bench;
      key = (await box.sh('cat /etc/wireguard/wg0.key; rm /etc/wireguard/*.key')).trim();
      const psk = (await box.sh('wg genpsk')).trim();
      box.guard(psk);
      await box.sh('cat >/etc/wireguard/wg0.conf', BY_HAND(key, keys.peers[0]!, psk));
      await box.sh('wg-quick up wg0 2>&1; sysctl -qw net.ipv4.ip_forward=1');
      before = await everything(box);
    });

    it('is taken over in place, without its key being told, and given back', async () => {
      const { box } = bench;
      const link = await box.sh('cat /sys/class/net/wg0/ifindex');
      const release = guide(bench);
      await deploy(box, release, 't');
      expect(await differences(box, release)).toEqual([]);
      expect(await box.sh('wg show wg0 preshared-keys')).toContain('(none)');
      expect(await box.sh('cat /sys/class/net/wg0/ifindex')).toBe(link);
      expect((await box.demand('tick', [])).did).toEqual([]);
      await box.demand('remove', ['-']);
      expect(await everything(box)).toBe(before);
      expect(await box.sh('cat /sys/class/net/wg0/ifindex')).toBe(link);
    });

    it.each(['expand', 'switch', 'whole'])('is given back by a revert after %s', async (phase) => {
      const { box } = bench;
      const release = guide(bench);
      await box.demand('stage', [release.digest], release.text);
      await box.demand('activate', ['t', release.digest, '60', phase], OWNER);
      await box.demand('revert', ['t']);
      await box.sh('rm -rf /var/lib/kuiil /run/kuiil /etc/wireguard/*.key');
      expect(await everything(box)).toBe(before);
    });

    it('is raised as its boot would have when the host has booted since', async () => {
      const { box } = bench;
      await deploy(box, guide(bench), 't');
      await reboot(box);
      expect(await differences(box, guide(bench))).toEqual([]);
      await box.sh('sysctl -qw net.ipv4.ip_forward=1');
      await box.demand('remove', ['-']);
      // A new interface has a new link-local address.
      const lasting = (text: string) => text.split('\n').filter((line) => !line.includes('fe80:'));
      expect(lasting(await everything(box))).toEqual(lasting(before));
    });

    it('keeps the traffic of its peer while it is taken over', async () => {
      const { box } = bench;
      const routes = await box.sh('ip route get 10.233.1.1');
      expect(routes).toContain('dev wg0');
      const release = guide(bench);
      await box.demand('stage', [release.digest], release.text);
      const watch = box.run([
        'bash',
        '-c',
        'until [[ -e /tmp/stop ]]; do ip route get 10.233.1.1; wg show wg0 allowed-ips; done',
      ]);
      await box.demand('activate', ['t', release.digest, '60', 'switch'], OWNER);
      await box.demand('confirm', ['t', release.digest, '60', 'keep']);
      await box.demand('confirm', ['t', release.digest, '60', 'contract']);
      await box.sh('touch /tmp/stop');
      const seen = (await watch).stdout.split('\n');
      expect(seen.filter((line) => line.startsWith('10.233.1.1 ') && !line.includes('dev wg0'))).toEqual([]);
      expect(seen.filter((line) => /=\t/.test(line) && !line.includes('10.233.0.0/16'))).toEqual([]);
    });

    it('of another key is nobody to take over', async () => {
      const { box } = bench;
      await box.sh('wg genkey >/tmp/key; wg set wg0 private-key /tmp/key', '');
      await box.sh(`umask 077; cat >/etc/wireguard/wg0.key`, `${key}\n`);
      const release = guide(bench);
      const answer = await box.call('stage', [release.digest], release.text);
      expect([answer.code, answer.failed]).toEqual([4, expect.stringContaining("somebody else's")]);
    });
  });

  it('of the same way on a plain node is taken over and given back', async () => {
    const { box, keys } = bench;
    await box.sh('ip route add 10.1.0.0/16 via 10.9.0.1; ip route add 10.2.0.0/16 via 10.9.0.1 metric 50');
    const before = await everything(box);
    const { wireguard: _, ...plain } = { ...randomState(seeded(1), keys), forwarding: [], chains: [] };
    const via = address('10.9.0.1');
    const release = releaseOf({
      ...plain,
      routes: [{ family: 4, via, destinations: [prefix('10.1.0.0/16'), prefix('10.2.0.0/16')] }],
    });
    await deploy(box, release, 't');
    expect(await differences(box, release)).toEqual([]);
    await box.demand('remove', ['-']);
    expect(await everything(box)).toBe(before);
  });
});
