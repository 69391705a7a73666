import type { LabNetwork } from '../lab/lab.ts';
import type { HostName } from '../../src/core/model/name.ts';

// Files byte for byte with their owners, modes and link targets; units; rules; routes; addresses; WireGuard; sysctls. Not the
// counters of rules and not how long an address still lives. A table without rules is no table: asking is enough to make one.
const SCRIPT = String.raw`
find /etc /root /usr/local /var/lib/kuiil /run/kuiil -xdev -printf '%p %y %m %u:%g %l\n' 2>/dev/null | sort
find /etc /root /usr/local /var/lib/kuiil -xdev -type f -exec sha256sum {} + 2>/dev/null | sort -k2
ls -A /var/lib; ls -A /run/systemd/transient 2>/dev/null
systemctl list-unit-files --no-legend --plain --state=enabled
systemctl list-units --no-legend --plain --all 'kuiil*' 'wg-quick*' | sed 's/  */ /g'
systemctl list-units --no-legend --plain --failed
iptables-save | sed '/^#/d; s/ \[[0-9:]*\]//'
ip6tables-save | sed '/^#/d; s/ \[[0-9:]*\]//'
ip -4 route show table all; ip -6 route show table all; ip -4 rule; ip -6 rule
ip -o link | sed 's/^[0-9]*: //; s/ state .*//'
ip -o addr | sed 's/^[0-9]*: //; s/valid_lft.*//'
# By interface: with \`all\` only the first of an interface's lines bears its name, and wireguard-go lists peers in any order.
for tunnel in $(wg show interfaces); do
  for field in public-key listen-port peers allowed-ips persistent-keepalive; do wg show $tunnel $field | sort; done
done
cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding`;

/** All that Kuiil could have touched on a full host, as text. */
export async function everything(lab: LabNetwork, host: HostName): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.exec(host, ['bash', '--norc', '-c', SCRIPT]);
  if (exitCode !== 0) throw new Error(`${host} could not be read: ${stderr}`);
  return stdout.replaceAll(/^\*\w+\n(?::\w+ ACCEPT\n)*COMMIT\n/gm, '');
}

export async function everythingOn(
  lab: LabNetwork,
  hosts: readonly HostName[] = lab.hosts,
): Promise<ReadonlyMap<HostName, string>> {
  const texts = await Promise.all(hosts.map(async (host) => [host, await everything(lab, host)] as const));
  return new Map(texts);
}
