import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HUB, hostName, type HostName } from '../../src/core/model/name.ts';
import { bash, deployedFleet, reachedWithin, type Fleet } from './fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await deployedFleet();
});
afterAll(() => fleet?.down());

const ROUTER = hostName('cluster1', 'c1-master');
const NODE = hostName('cluster2', 'c2-node1');
const TICK = 'systemctl start kuiil.service';
// WireGuard asks for a handshake every five seconds (REKEY_TIMEOUT), so a lost one costs that much and the next.
const SOON_MS = 15_000;

// As kube-proxy and the CNI put their own jump back when somebody has flushed FORWARD.
const FLUSH_FORWARD = `
grep -q TWIN /usr/lib/kuiil-lab/rules4 && twin=yes || twin=
iptables -F FORWARD
iptables -F KUIIL-FORWARD
[ ! "$twin" ] || iptables -A FORWARD -j TWIN-FORWARD
! iptables -S FORWARD | grep -q KUIIL`;

// Hands the LAN to networkd, with the same address and way out.
const NETWORKD = `
address=$(ip -o -4 addr show dev eth0 scope global | awk '{ print $4; exit }')
gateway=$(ip route show default | awk '{ print $3; exit }')
printf '%s\n' '[Match]' Name=eth0 '[Network]' LinkLocalAddressing=no IPv6AcceptRA=no \
  "Address=$address" "Gateway=$gateway" >/etc/systemd/network/eth0.network
ip addr flush dev eth0 scope global
systemctl enable --quiet --now systemd-networkd
/lib/systemd/systemd-networkd-wait-online --interface=eth0 --timeout=20
[ "$(ip -o -4 addr show dev eth0 scope global | awk '{ print $4; exit }')" = "$address" ]`;

// The address goes and comes back, and with it the kernel drops every route over it. What a CNI in host-gateway mode lost
// that way it puts back within seconds.
const RECONFIGURE = `
networkctl reconfigure eth0
/lib/systemd/systemd-networkd-wait-online --interface=eth0 --timeout=20
ip route show proto 75
sed -n 's/^route add \\(.* proto static\\)$/route replace \\1/p' /usr/lib/kuiil-lab/links | ip -batch -`;

interface Vandalism {
  readonly what: string;
  readonly hosts: readonly HostName[];
  readonly script: string;
  /** Without the unit being started by hand: it comes with what was done. */
  readonly byItself?: boolean;
}

const VANDALISM: readonly Vandalism[] = [
  {
    what: 'somebody flushes its routes',
    hosts: [ROUTER, NODE],
    script: 'ip route flush proto 75; [ ! "$(ip route show proto 75)" ]',
  },
  { what: 'a firewall flushes FORWARD and our chain', hosts: [ROUTER, HUB], script: FLUSH_FORWARD },
  {
    what: 'Docker puts its jump before ours, and another policy',
    hosts: [ROUTER],
    script: 'iptables -N DOCKER-USER; iptables -A DOCKER-USER -j DROP; iptables -I FORWARD -j DOCKER-USER',
  },
  {
    what: 'somebody switches forwarding off',
    hosts: [ROUTER, HUB],
    script: 'sysctl -qw net.ipv4.ip_forward=0',
  },
  { what: 'the interface is gone', hosts: [ROUTER], script: 'ip link del wg0' },
  {
    what: 'somebody restarts wg-quick@wg0',
    hosts: [ROUTER],
    script: 'systemctl restart wg-quick@wg0',
    byItself: true,
  },
];

describe('a full host heals', () => {
  it.for(VANDALISM)('when $what', async ({ hosts, script, byItself }) => {
    const { lab } = fleet;
    for (const host of hosts) await bash(lab, host, script);
    if (!byItself) for (const host of hosts) await bash(lab, host, TICK);
    expect(await reachedWithin(lab, SOON_MS)).toBeLessThan(SOON_MS);
  });

  it.for([NODE, ROUTER])('when networkd configures the LAN of %s anew', async (host) => {
    const { lab } = fleet;
    // So that it does not come in between and hide what was lost.
    await bash(lab, host, 'systemctl stop kuiil.timer');
    await bash(lab, host, NETWORKD);
    await bash(lab, host, TICK);
    expect(await bash(lab, host, 'ip route show proto 75')).not.toBe('');
    const left = await bash(lab, host, RECONFIGURE);
    // A router's routes lead into its tunnel, so they stay.
    if (host === NODE) expect(left).toBe('');
    await bash(lab, host, `systemctl start kuiil.timer; ${TICK}`);
    expect(await reachedWithin(lab, SOON_MS)).toBeLessThan(SOON_MS);
  });

  it('in one tick when its interface is gone, though the tick runs in a unit that is part of the interface', async () => {
    const { lab } = fleet;
    await bash(lab, ROUTER, 'systemctl stop kuiil.timer; ip link del wg0');
    await bash(lab, ROUTER, `${TICK}; [ "$(systemctl show -P Result kuiil.service)" = success ]`);
    expect(await bash(lab, ROUTER, 'ip route show proto 75')).not.toBe('');
    await bash(lab, ROUTER, 'systemctl start kuiil.timer');
  });

  it('when its interface is lost more often in ten seconds than systemd starts a unit', async () => {
    const { lab } = fleet;
    const lose = `ip link del wg0; ${TICK}; [ -e /sys/class/net/wg0 ]`;
    for (let i = 0; i < 7; i++) await bash(lab, ROUTER, lose);
    expect(await reachedWithin(lab, SOON_MS)).toBeLessThan(SOON_MS);
  });

  it('by its timer alone, within a minute, and says in its log what it did', async () => {
    const { lab } = fleet;
    for (const host of lab.hosts) await bash(lab, host, 'ip route flush proto 75');
    const since = performance.now();
    await reachedWithin(lab, 65_000 + SOON_MS);
    expect(performance.now() - since).toBeLessThan(65_000 + SOON_MS);
    const log = await bash(lab, NODE, 'journalctl --no-pager -q -u kuiil.service');
    expect(log).toMatch(/route replace 10\.244\.0\.0\/16/);
  });

  it('nothing when nothing is wrong: a tick then changes nothing and says nothing', async () => {
    const { lab } = fleet;
    await bash(lab, ROUTER, TICK);
    const cursor = 'journalctl -q --no-pager -n0 --show-cursor | sed "s/^-- cursor: //"';
    const quiet = `c=$(${cursor}); ${TICK}; journalctl --sync; journalctl -q --no-pager -o cat --after-cursor="$c" _SYSTEMD_UNIT=kuiil.service`;
    expect(await bash(lab, ROUTER, quiet)).toBe('');
  });
});
