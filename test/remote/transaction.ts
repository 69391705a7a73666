import { diff } from '../../src/core/diff/diff.ts';
import { observeSnapshot } from '../../src/core/observe/snapshot.ts';
import { HostBox, run } from './host-box.ts';
import { randomState, releaseOf, seeded, type Release } from './states.ts';

/** A box on a LAN of its own, with a WireGuard key; and the public keys of some peers that are not there. */
export interface Bench {
  readonly box: HostBox;
  readonly keys: { readonly own: string; readonly peers: readonly string[] };
}

export async function bootBench(): Promise<Bench> {
  const box = await HostBox.boot();
  await box.sh(LAN);
  await box.sh('umask 077; wg genkey | tee /etc/wireguard/wg0.key >/etc/wireguard/wg1.key');
  const made = await box.sh(
    'wg pubkey </etc/wireguard/wg0.key; for i in 1 2 3; do wg genkey | wg pubkey; done',
  );
  const [own, ...peers] = made.trim().split('\n');
  box.guard((await box.sh('cat /etc/wireguard/wg0.key')).trim());
  return { box, keys: { own: own!, peers } };
}

/** A release with a tunnel; different ones for different numbers. */
export function tunnelRelease(bench: Bench, number: number): Release {
  for (let seed = 1000 * number; ; seed++) {
    const state = randomState(seeded(seed), bench.keys);
    if (state.wireguard?.interface === 'wg0' && state.wireguard.peers.length > 1 && state.chains.length > 1)
      return releaseOf(state);
  }
}

/** Stages, activates in both phases, confirms, contracts. */
export async function deploy(box: HostBox, release: Release, tx: string): Promise<void> {
  const { digest, text } = release;
  await box.demand('stage', [digest], text);
  await box.demand('activate', [tx, digest, '60', 'expand'], OWNER);
  await box.demand('activate', [tx, digest, '60', 'switch'], OWNER);
  await box.demand('confirm', [tx, digest, '60', 'keep']);
  await box.demand('confirm', [tx, digest, '60', 'contract']);
}

/** How the kernel differs from the release, in words; empty when it does not. */
export async function differences(box: HostBox, release: Release): Promise<readonly string[]> {
  const { state, interfaceName } = release;
  const observed = observeSnapshot(await box.demand('snapshot', [interfaceName]), state, interfaceName);
  const { unreached, state: now } = observed.value;
  const changes = diff(now, state).map((change) =>
    JSON.stringify(change, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
  return [...changes, ...observed.unread, ...unreached.map((chain) => `${chain.chain} is not jumped into`)];
}

/** Everything about a host that a tool can print, for before and after. Counters and the order of nft's tables mean nothing. */
export async function everything(box: HostBox): Promise<string> {
  const text = await box.sh(`
    for tool in iptables ip6tables; do
      for backend in nft legacy; do
        echo "# $tool $backend"
        $tool-$backend-save 2>/dev/null | grep '^-A' || :
      done
    done
    ip addr; ip route show table all | grep -v ' linkdown'; ip -6 route show table main
    # By interface, sorted: wireguard-go lists peers in any order.
    for tunnel in $(wg show interfaces); do
      for field in allowed-ips endpoints persistent-keepalive listen-port; do
        echo "# $tunnel $field"; wg show $tunnel $field | sort
      done
    done
    sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding
    cd /
    find etc/wireguard etc/kuiil etc/sysctl.d etc/systemd/system var/lib/kuiil run/kuiil 2>/dev/null |
      sort | while read -r path; do stat -c '%A %U %N' "$path"; [[ -d $path ]] || sha256sum "$path"; done
    ps -eo args | grep -E 'kuiil|wireguard' | grep -v grep || :`);
  return text.replaceAll(/(valid_lft|preferred_lft) \S+/g, '').replaceAll(/\d+: (wg\d)/g, '$1');
}

/** The host loses what a reboot loses, and boots: what wg-quick@ and kuiil.service would do. */
export async function reboot(box: HostBox): Promise<void> {
  await box.sh(REBOOT);
  for (const name of ['wg0', 'wg1'])
    await box.sh(`[[ ! -e /etc/wireguard/${name}.conf ]] || wg-quick up ${name} 2>&1`);
  await run([
    ...box.enter(),
    'bash',
    '-c',
    '[[ ! -e /var/lib/kuiil/kuiil-host ]] || bash /var/lib/kuiil/kuiil-host tick',
  ]);
}

export const OWNER = 'owner somebody\ncommit 0123abc\n';

const LAN = `for dad in /proc/sys/net/ipv6/conf/*/accept_dad; do echo 0 >$dad; done
ip link add eth0 type veth peer name lan
ip addr add 10.9.0.2/24 dev eth0
ip -6 addr add fd09::2/64 dev eth0 nodad
ip link set eth0 up
ip link set lan up`;

const REBOOT = `for link in /sys/class/net/wg*; do [[ ! -e $link ]] || ip link del "\${link##*/}"; done
for pid in $(pgrep -f '[k]uiil-host|[w]ireguard-go'); do kill -9 "$pid" || :; done
ip -4 route flush proto 75; ip -6 route flush proto 75
for tool in iptables ip6tables; do for table in filter mangle; do
  $tool -t $table -F; $tool -t $table -X
done; done
echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
rm -rf /run/kuiil
sysctl -q -p $(readlink -f /etc/sysctl.d/90-kuiil.conf) 2>/dev/null || :`;
