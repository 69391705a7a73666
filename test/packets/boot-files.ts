import type { HostSpec } from '../../src/adapters/twin/host-spec.ts';
import type { HostFile } from '../../src/core/model/file.ts';
import type { Conditions } from './scene.ts';

/** What the twin's host sets up as it boots, changed to the scene's conditions. */
export function underConditions(spec: HostSpec, conditions: Conditions): readonly HostFile[] {
  const { forward, input, forwards } = conditions.hosts.get(spec.host)!;
  const { proxies } = conditions;
  const change = ({ path, text }: HostFile): string => {
    if (path === 'sysctl')
      return forwards
        ? text.replaceAll('forward 0', 'forward 1').replaceAll('forwarding 0', 'forwarding 1')
        : text;
    if (!path.startsWith('rules')) return text;
    return text
      .replace(':FORWARD DROP', `:FORWARD ${forward}`)
      .replace(':INPUT DROP', `:INPUT ${input}`)
      .replace(/^-A TWIN-MARK-MASQ .*\n/gm, proxies ? '$&' : '')
      .replace(/^-A TWIN-FORWARD -[sd] .*\n/gm, '')
      .replace(/^-A FORWARD -j TWIN-FORWARD\n/m, `$&${PODS}`)
      .concat(securityTable(path === 'rules4', conditions));
  };
  return spec.boot.map((file) => ({ ...file, text: change(file) }));
}

// The twin's plain nodes let pods' packets through wherever they come from and go; here as little as a proof relies on.
const PODS = [
  '-A TWIN-FORWARD -i cni0 -o cni0 -j ACCEPT\n',
  '-A TWIN-FORWARD -i cni0 -o eth0 -j ACCEPT\n',
  '-A TWIN-FORWARD -i eth0 -o cni0 -j ACCEPT\n',
].join('');

/** In a table of which an ACCEPT of ours says nothing. */
function securityTable(four: boolean, { pathMtuDiscovery, strictReturn }: Conditions): string {
  const tooLarge = four
    ? '-p icmp --icmp-type fragmentation-needed'
    : '-p icmpv6 --icmpv6-type packet-too-big';
  return [
    '*security',
    ...(pathMtuDiscovery ? [] : [`-A OUTPUT ${tooLarge} -j DROP`]),
    ...(strictReturn
      ? ['FORWARD', 'INPUT'].map((chain) => `-A ${chain} -m conntrack --ctstate INVALID -j DROP`)
      : []),
    'COMMIT\n',
  ].join('\n');
}
