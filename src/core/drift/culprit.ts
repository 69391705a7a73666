import type { ForeignRoute, Vicinity } from '../model/vicinity.ts';

const BY_RULE: readonly (readonly [RegExp, string])[] = [
  [/DOCKER/, 'Docker'],
  [/cali-/, 'Calico'],
  [/CILIUM/, 'Cilium'],
  [/FLANNEL/, 'Flannel'],
  [/KUBE-/, 'kube-proxy'],
  [/LIBVIRT/, 'libvirt'],
  [/ufw/, 'ufw'],
  [/FWD_|FORWARD_(direct|IN|OUT|POLICIES)/, 'firewalld'],
];

/** Who wrote a rule, by the chain that it leads to. */
export function ruleOwner(rule: string): string {
  return (
    BY_RULE.find(([pattern]) => pattern.test(rule))?.[1] ??
    'a person, or a program that inserts its own rules'
  );
}

const BY_DEVICE: readonly (readonly [RegExp, string])[] = [
  [/^(docker|br-[0-9a-f])/, 'Docker'],
  [/^(cali|tunl0|vxlan\.calico)/, 'Calico'],
  [/^(cni0|flannel)/, 'Flannel'],
  [/^(cilium|lxc)/, 'Cilium'],
  [/^virbr/, 'libvirt'],
];

/** Who set a route, by its protocol and its interface; `ip route` leaves `proto boot` out, which is what it sets itself. */
export function routeOwner({ protocol, device = '' }: ForeignRoute, { neighbours }: Vicinity): string {
  if (protocol === 'bird') return 'BIRD';
  const byDevice = BY_DEVICE.find(([pattern]) => pattern.test(device))?.[1];
  if (byDevice !== undefined) return byDevice;
  if (protocol === undefined) return 'a person';
  if (protocol === 'kernel') return 'an address on that interface';
  const daemon = neighbours.find((name) => name === 'systemd-networkd' || name === 'NetworkManager');
  return daemon ?? (protocol === 'static' ? 'a person' : `a routing daemon (proto ${protocol})`);
}

/** Who takes routes away: systemd-networkd drops those of others when it configures a link anew. */
export function routeTaker({ neighbours }: Vicinity, isAll: boolean): string {
  return isAll && neighbours.includes('systemd-networkd') ? 'systemd-networkd' : 'a person';
}
