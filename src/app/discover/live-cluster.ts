import {
  comparePrefix,
  isPrefix,
  parseAddress,
  parsePrefix,
  type Address,
  type Prefix,
} from '../../core/model/address.ts';
import { compareText } from '../../core/model/name.ts';
import { at, listAt, textAt } from '../json.ts';
import type { ClusterApi } from './api.ts';

/** A cluster as its own API tells it. Every list is sorted. */
export interface LiveCluster {
  readonly nodes: readonly LiveNode[];
  /** Empty where nothing told. */
  readonly pods: readonly Prefix[];
  readonly services: readonly Prefix[];
  readonly cni: Cni | undefined;
}

export interface LiveNode {
  /** The first label of the node's name. */
  readonly name: string;
  /** InternalIP, one a family at most; IPv4 first. */
  readonly addresses: readonly Address[];
  readonly isControlPlane: boolean;
}

export type Cni = 'calico' | 'cilium' | 'flannel' | 'kube-router' | 'antrea' | 'weave';

/** Asks for nodes, ranges and the CNI: five reads, more where older clusters keep their ranges elsewhere. */
export async function lookAtCluster(api: ClusterApi): Promise<LiveCluster> {
  const [nodes, serviceCIDRs, kubeadm, pools, daemons] = await Promise.all([
    api.get('/api/v1/nodes?limit=5000'),
    api.get('/apis/networking.k8s.io/v1/servicecidrs'),
    api.get('/api/v1/namespaces/kube-system/configmaps/kubeadm-config'),
    api.get('/apis/crd.projectcalico.org/v1/ippools'),
    api.get('/apis/apps/v1/daemonsets?limit=500'),
  ]);
  const settings = textAt(kubeadm, 'data', 'ClusterConfiguration') ?? '';
  const services = listAt(serviceCIDRs, 'items').flatMap((item) => listAt(item, 'spec', 'cidrs'));
  const calico = listAt(pools, 'items').filter((pool) => at(pool, 'spec', 'disabled') !== true);
  return {
    nodes: listAt(nodes, 'items')
      .flatMap(nodeOf)
      .toSorted((a, b) => compareText(a.name, b.name)),
    pods: firstOf(
      calico.map((pool) => textAt(pool, 'spec', 'cidr')),
      split(setting(settings, 'podSubnet')),
    ),
    services: firstOf(services, split(setting(settings, 'serviceSubnet'))),
    cni: cniOf(daemons, nodes),
  };
}

/** The second is of clusters before 1.24. */
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function nodeOf(node: unknown): readonly LiveNode[] {
  const name = (textAt(node, 'metadata', 'name') ?? '').split('.')[0]!;
  const addresses = listAt(node, 'status', 'addresses')
    .filter((each) => textAt(each, 'type') === 'InternalIP')
    .flatMap((each) => parseAddress(textAt(each, 'address') ?? '') ?? []);
  const one = ([4, 6] as const).flatMap((family) => addresses.find((each) => each.family === family) ?? []);
  const isControlPlane = CONTROL_PLANE.some((label) => at(node, 'metadata', 'labels', label) !== undefined);
  return LABEL.test(name) && one.length > 0 ? [{ name, addresses: one, isControlPlane }] : [];
}

/** kubeadm keeps its settings as YAML inside of a ConfigMap: two of its lines are all that is wanted. */
function setting(text: string, key: string): string {
  return new RegExp(`^\\s+${key}:\\s*"?([^"\\s]+)`, 'm').exec(text)?.[1] ?? '';
}

function split(text: string): readonly string[] {
  return text.split(',').filter((each) => each !== '');
}

/** The first source that tells anything. */
function firstOf(...sources: readonly (readonly unknown[])[]): readonly Prefix[] {
  for (const source of sources) {
    const prefixes = source.flatMap((text) => {
      const prefix = parsePrefix(typeof text === 'string' ? text : '');
      return isPrefix(prefix) ? [prefix] : [];
    });
    if (prefixes.length > 0) return prefixes.toSorted(comparePrefix);
  }
  return [];
}

const DAEMONS: readonly (readonly [RegExp, Cni])[] = [
  [/^(calico-node|canal)$/, 'calico'],
  [/^cilium$/, 'cilium'],
  [/^kube-flannel(-ds.*)?$/, 'flannel'],
  [/^kube-router$/, 'kube-router'],
  [/^antrea-agent$/, 'antrea'],
  [/^weave-net$/, 'weave'],
];

function cniOf(daemons: unknown, nodes: unknown): Cni | undefined {
  const names = listAt(daemons, 'items').map((each) => textAt(each, 'metadata', 'name') ?? '');
  const known = DAEMONS.find(([name]) => names.some((each) => name.test(each)))?.[1];
  if (known) return known;
  // k3s has Flannel inside of itself; only its annotation shows.
  const [first] = listAt(nodes, 'items');
  const backend = textAt(first, 'metadata', 'annotations', 'flannel.alpha.coreos.com/backend-type');
  return backend === undefined ? undefined : 'flannel';
}
