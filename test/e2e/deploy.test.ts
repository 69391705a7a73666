import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import { bringUp } from '../../src/adapters/twin/twin.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { example } from '../examples.ts';
import { Deployer } from './program.ts';

const EXAMPLE = readFileSync('examples/two-clusters/topology.yaml', 'utf8');

/** All that Kuiil could have touched, as text: files by content and mode, rules, routes, addresses, WireGuard, sysctls. */
const EVERYTHING = `
for folder in /etc/wireguard /etc/kuiil /etc/sysctl.d /etc/systemd/system /var/lib/kuiil; do
  [ -e $folder ] && find $folder -exec stat -c '%n %A %F %N' {} + | sort
  [ -e $folder ] && find $folder -type f -exec sha256sum {} + | sort
done
iptables-save | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'
ip6tables-save | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'
ip -4 route show table all; ip -6 route show table all
ip -o addr show | sed 's/ tentative//; s/valid_lft.*//'
# By interface: with \`all\` only the first of an interface's lines bears its name, and wireguard-go lists peers in any order.
for tunnel in $(wg show interfaces); do
  for field in public-key listen-port peers allowed-ips endpoints persistent-keepalive; do wg show $tunnel $field | sort; done
done
cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding`;

let twin: TwinNetwork;
let deployer: Deployer;
let file: string;
const before = new Map<HostName, string>();

/** What is on a host once its link-local addresses have come, which the kernel adds by itself: none is tentative, and two looks see the same. */
async function everything(host: HostName): Promise<string> {
  let last = '';
  await vi.waitFor(
    async () => {
      const before = last;
      expect((await twin.exec(host, ['ip', '-6', '-o', 'addr', 'show', 'tentative'])).stdout).toBe('');
      last = await look(host);
      expect(last).toBe(before);
    },
    { timeout: 20_000, interval: 500 },
  );
  return last;
}

async function look(host: HostName): Promise<string> {
  const { stdout } = await twin.exec(host, ['bash', '-c', EVERYTHING]);
  // A peer's endpoint is learned from its packets, and shows only once one has come.
  return stdout.replaceAll(/\t198\.18\.\d+\.\d+:\d+$/gm, '\t(an endpoint)');
}

beforeAll(async () => {
  twin = await bringUp(example('two-clusters'), {
    sample: 3,
    masquerade: false,
    progress: { step: () => undefined },
  });
  deployer = new Deployer(twin);
  file = deployer.topology(EXAMPLE);
  await Promise.all(twin.hosts.map(async (host) => before.set(host, await everything(host))));
});

afterAll(() => twin?.down());

describe('a deployment to a network that was never deployed to', () => {
  it('writes nothing anywhere in a dry run', async () => {
    const { exitCode, document } = await deployer.deployment('deploy', file, '--dry-run');
    expect(exitCode).toBe(0);
    expect(document.outcome).toBe('planned');
    for (const host of twin.hosts) expect(await everything(host), host).toBe(before.get(host));
  });

  it('confirms on every host, routers and nodes that were unreachable before included', async () => {
    const { exitCode, document, stderr } = await deployer.deployment('deploy', file);
    expect(document.faults, stderr).toEqual([]);
    expect({ exitCode, outcome: document.outcome }).toEqual({ exitCode: 0, outcome: 'confirmed' });
    expect(Object.keys(document.hosts).toSorted()).toEqual(twin.hosts.toSorted());
    expect(new Set(Object.values(document.hosts).map((host) => host.outcome))).toEqual(
      new Set(['confirmed']),
    );
  });

  it('lets every node, pod and service be reached', async () => {
    const probes = await twin.probeAll();
    expect(probes.filter((probe) => !probe.reachable)).toEqual([]);
    expect(probes.length).toBeGreaterThan(50);
  });

  it('changes nothing the second time', async () => {
    const deployed = new Map<HostName, string>();
    for (const host of twin.hosts) deployed.set(host, await everything(host));
    const { exitCode, document } = await deployer.deployment('deploy', file);
    expect({ exitCode, outcome: document.outcome, changed: document.changed }).toEqual({
      exitCode: 0,
      outcome: 'unchanged',
      changed: [],
    });
    for (const host of twin.hosts) expect(await everything(host), host).toBe(deployed.get(host));
  });

  it('shows every host in sync', async () => {
    const { exitCode, stdout } = await deployer.run('status', file);
    expect(exitCode, stdout).toBe(0);
    expect(stdout.match(/in sync/g)).toHaveLength(twin.hosts.length);
  });

  it('leaves every host as it was before when it is removed', async () => {
    const { exitCode, stdout, stderr } = await deployer.run('remove', file);
    expect(exitCode, stdout + stderr).toBe(0);
    for (const host of twin.hosts) expect(await everything(host), host).toBe(before.get(host));
  });
});
