import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cable, HostBox, until } from './host-box.ts';
import { address, prefix, publicKey, releaseOf, type Release } from './states.ts';
import { deploy, differences } from './transaction.ts';
import { parseHostName } from '../../src/core/model/name.ts';

/** A hub and a router with a real tunnel between them. */
describe('a host and its hub', () => {
  let hub: HostBox;
  let router: HostBox;
  let keys: { hub: string; router: string };
  beforeAll(async () => {
    [hub, router] = await Promise.all([HostBox.boot(), HostBox.boot()]);
    await cable(hub, 'eth0', router, 'eth0');
    await hub.sh('ip addr add 203.0.113.1/24 dev eth0');
    await router.sh('ip addr add 203.0.113.2/24 dev eth0');
    const make = 'umask 077; wg genkey >/etc/wireguard/wg0.key; wg pubkey </etc/wireguard/wg0.key';
    keys = { hub: (await hub.sh(make)).trim(), router: (await router.sh(make)).trim() };
    await deploy(hub, hubRelease(keys, 1), 'base');
    await deploy(router, routerRelease(keys, 1), 'base');
  });
  afterAll(() => Promise.all([hub.destroy(), router.destroy()]));

  describe('whose deadline has passed', () => {
    let tx: string;
    let old: Release;
    let fresh: Release;
    let round = 1;
    beforeEach(async () => {
      old = routerRelease(keys, round);
      tx = `t${++round}`;
      fresh = routerRelease(keys, round);
      await deploy(hub, hubRelease(keys, round - 1), `hub${round}`);
      await deploy(router, old, `router${round}`);
      const next = hubRelease(keys, round);
      await hub.demand('stage', [next.digest], next.text);
      await hub.demand(
        'activate',
        [tx, next.digest, '60', 'switch'],
        `owner me\nanswer 192.168.99.1 51821\n`,
      );
      await router.demand('stage', [fresh.digest], fresh.text);
    });
    const activate = (seconds: number) =>
      router.demand(
        'activate',
        [tx, fresh.digest, String(seconds), 'switch'],
        'owner me\nhub 192.168.99.1 51821\n',
      );
    const settled = () => until(async () => !(await router.sh('ls /run/kuiil')).includes('transaction'), 15);

    it('goes on when the hub has confirmed', async () => {
      await activate(2);
      await hub.demand(
        'confirm',
        [tx, hubRelease(keys, round).digest, '60', 'keep'],
        `hub ${fresh.digest}\n`,
      );
      await settled();
      const facts = (await router.demand('snapshot', ['wg0'])).sections.get('host');
      expect(facts).toContain(`current ${fresh.digest}`);
      expect((await hub.demand('snapshot', ['wg0'])).sections.get('fleet')).toEqual([`hub ${fresh.digest}`]);
    });

    it('waits while the hub is pending, and goes back with it', async () => {
      await activate(1);
      await until(async () => Number((await router.sh('cat /proc/uptime')).split('.')[0]) > 0);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(await router.sh('ls /run/kuiil')).toContain('transaction');
      await hub.demand('revert', [tx]);
      await settled();
      expect(await differences(router, old)).toEqual([]);
      expect(await router.sh('ls /var/lib/kuiil')).not.toContain('question');
    });

    it('goes back without an answer, and catches up when the hub says that it went on', async () => {
      await router.sh('iptables -I OUTPUT -d 203.0.113.1 -j DROP');
      await activate(1);
      await settled();
      expect(await differences(router, old)).toEqual([]);
      expect(await router.sh('ls /var/lib/kuiil')).toContain('question');
      await hub.demand('confirm', [tx, hubRelease(keys, round).digest, '60', 'keep']);
      await router.sh('iptables -D OUTPUT -d 203.0.113.1 -j DROP');
      await until(async () => {
        await router.demand('tick', []);
        return !(await router.sh('ls /var/lib/kuiil')).includes('question');
      }, 20);
      expect((await router.demand('snapshot', ['wg0'])).sections.get('host')).toContain(
        `current ${fresh.digest}`,
      );
    });

    it('is answered as long as somebody may ask, also by a hub whose listener has ended, and no longer', async () => {
      const { digest } = hubRelease(keys, round);
      const words = `192.168.99.1 51821 ${tx}`;
      const ask = () => router.sh(`bash /var/lib/kuiil/kuiil-host question ${words} 2>/dev/null || true`);
      await hub.demand('confirm', [tx, digest, '60', 'keep']);
      await hub.sh('kill "$(tail -n1 /run/kuiil/serving)"');
      await until(async () => (await ask()) === '');
      await hub.demand('tick', []);
      await until(async () => (await ask()) === 'confirmed');
      await hub.demand('confirm', [tx, digest, '60', 'settled']);
      await until(async () => (await ask()) === '');
      await hub.demand('tick', []);
      expect(await ask()).toBe('');
      await router.demand('revert', [tx]);
    });

    it('gives up a question whose answer nobody knows', async () => {
      await hub.demand('revert', [tx]);
      await router.demand('activate', [tx, fresh.digest, '60', 'switch'], 'hub 192.168.99.1 51821\n');
      await router.sh(`sed -i '1s/ [0-9]*$/ 1/' /run/kuiil/transaction`);
      await router.demand('tick', []);
      expect(await differences(router, old)).toEqual([]);
      expect(await router.sh('ls /var/lib/kuiil')).not.toContain('question');
    });
  });

  it('leaves an endpoint alone that has roamed, until the release declares another', async () => {
    await deploy(router, routerRelease(keys, 40), 'home');
    await router.sh(`wg set wg0 peer ${keys.hub} endpoint 203.0.113.77:4711`);
    expect((await router.demand('tick', [])).did).toEqual([]);
    await deploy(router, routerRelease(keys, 41), 'elsewhere');
    expect(await router.sh('wg show wg0 endpoints')).toContain('203.0.113.77:4711');
    await deploy(router, routerRelease(keys, 42, '203.0.113.1:51821'), 'declared');
    expect(await router.sh('wg show wg0 endpoints')).toContain('203.0.113.1:51821');
  });

  it('finds the hub again when its name has moved', async () => {
    const release = routerRelease(keys, 50, 'hub.example:51820');
    await router.sh(
      'cp /etc/hosts /tmp/hosts; cat /tmp/hosts >/etc/hosts; echo 203.0.113.9 hub.example >>/etc/hosts',
    );
    await deploy(router, release, 'named');
    // Without its last handshake, as if that were long ago.
    const ranges = release.state.wireguard!.peers[0]!.allowedIPs.map(({ text }) => text).join(',');
    const again = `endpoint hub.example:51820 persistent-keepalive 25 allowed-ips ${ranges}`;
    await router.sh(`wg set wg0 peer ${keys.hub} remove peer ${keys.hub} ${again}`);
    expect(await router.sh('wg show wg0 endpoints')).toContain('203.0.113.9:51820');
    const { did } = await router.demand('tick', []);
    expect(did).toEqual([expect.stringContaining('endpoint hub.example:51820')]);
    await router.sh('sed -i s/203.0.113.9/203.0.113.1/ /etc/hosts');
    await router.demand('tick', []);
    expect(await router.sh('wg show wg0 endpoints')).toContain('203.0.113.1:51820');
    await router.sh('ping -nqc1 -w12 192.168.99.1');
    expect((await router.demand('tick', [])).did).toEqual([]);
    await router.sh('sed -i /hub.example/d /etc/hosts');
    expect((await router.demand('tick', [])).did).toEqual([]);
    const lost = await router.demand('probe', ['wg0'], `handshake ${keys.hub}\n`);
    expect(lost.sections.get('probes')).toEqual([`handshake ${keys.hub} failed`]);
    await deploy(router, routerRelease(keys, 50), 'unnamed');
  });

  describe('probed', () => {
    const wire = async (payload: string) =>
      (await router.demand('probe', ['wg0'], payload)).sections.get('probes')!;

    it('shakes hands anew and reaches the hub', async () => {
      const probes = [
        `handshake ${keys.hub}`,
        'ping 192.168.99.1',
        'ping-df 192.168.99.1 1380',
        'tcp 203.0.113.1 51821',
      ];
      expect((await wire(`${probes.join('\n')}\n`)).toSorted()).toEqual(
        probes.map((probe) => `${probe} ok`).toSorted(),
      );
      expect((await router.demand('tick', [])).did).toEqual([]);
    });

    it('shakes hands from the hub too, and leaves no keepalive behind', async () => {
      const answer = await hub.demand('probe', ['wg0'], `handshake ${keys.router}\n`);
      expect(answer.sections.get('probes')).toEqual([`handshake ${keys.router} ok`]);
      expect((await hub.demand('tick', [])).did).toEqual([]);
    });

    it('says what failed, within its time', async () => {
      const stranger = (await router.sh('wg genkey | wg pubkey')).trim();
      const since = Date.now();
      const silent = ['ping 192.168.99.77', 'ping-df 192.168.99.1 1500', 'tcp 192.168.99.77 22'];
      const probes = await wire([`handshake ${stranger}`, ...silent, ''].join('\n'));
      expect(Date.now() - since).toBeLessThan(9_000);
      expect(probes.toSorted()).toEqual(
        [`handshake ${stranger}`, ...silent].map((probe) => `${probe} failed`).toSorted(),
      );
    });

    it('loses no packet to a handshake', async () => {
      await router.sh('ping -nqc1 -w5 192.168.99.1');
      const flow = router.run(['ping', '-nq', '-i', '0.01', '-c', '150', '192.168.99.1']);
      for (let i = 0; i < 3; i++)
        expect(await wire(`handshake ${keys.hub}\n`)).toEqual([`handshake ${keys.hub} ok`]);
      const lost = 150 - Number(/ ([0-9]+) received/.exec((await flow).stdout)?.[1]);
      expect(lost).toBeLessThanOrEqual(3);
    });
  });
});

function hubRelease(keys: { hub: string; router: string }, round: number): Release {
  return releaseOf({
    host: parseHostName('hub')!,
    wireguard: {
      interface: 'wg0',
      publicKey: publicKey(keys.hub),
      port: 51820,
      mtu: 1380,
      addresses: [address('192.168.99.1')],
      peers: [
        {
          name: 'router',
          publicKey: publicKey(keys.router),
          allowedIPs: [prefix(`10.${round}.0.0/16`), prefix('192.168.99.10/32')],
          keepalive: 0,
        },
      ],
    },
    forwarding: [4],
    chains: [],
    routes: [{ family: 4, destinations: [prefix(`10.${round}.0.0/16`), prefix('192.168.99.0/24')] }],
  });
}

function routerRelease(
  keys: { hub: string; router: string },
  round: number,
  endpoint = '203.0.113.1:51820',
): Release {
  return releaseOf({
    host: parseHostName('cluster1/router')!,
    wireguard: {
      interface: 'wg0',
      publicKey: publicKey(keys.router),
      port: 51820,
      mtu: 1380,
      addresses: [address('192.168.99.10')],
      peers: [
        {
          name: 'hub',
          publicKey: publicKey(keys.hub),
          endpoint,
          allowedIPs: [prefix(`10.${100 + round}.0.0/16`), prefix('192.168.99.0/24')],
          keepalive: 25,
        },
      ],
    },
    forwarding: [4],
    chains: [],
    routes: [{ family: 4, destinations: [prefix(`10.${100 + round}.0.0/16`), prefix('192.168.99.0/24')] }],
  });
}
