import type { Topology } from '../../core/model/topology.ts';
import type { Cni } from './live-cluster.ts';

const PAGE = 'docs/kubernetes.md';

/** What a cluster's CNI has to be told about the ranges of the other clusters, so that pods keep their addresses or lose them alike. */
export function cniNeeds(cni: Cni, topology: Topology, cluster: string): string {
  const ranges = topology.clusters
    .filter(({ name }) => name !== cluster)
    .flatMap((other) => other.ranges.map(({ prefix }) => prefix.text));
  const remote = ranges.length === 0 ? 'the ranges of the other clusters' : ranges.join(', ');
  switch (cni) {
    case 'flannel':
      return `it needs nothing: pods appear on the other side as their node (${PAGE}#flannel)`;
    case 'calico':
      return `for pods to keep their addresses it needs a disabled IPPool with natOutgoing false for each of ${remote} (${PAGE}#calico)`;
    case 'cilium':
      return `for pods to keep their addresses it needs nonMasqueradeCIDRs with ${remote} and its own, and for services lbExternalClusterIP (${PAGE}#cilium)`;
    case 'kube-router':
      return `it needs nothing (${PAGE}#at-a-glance)`;
    case 'antrea':
    case 'weave':
      return `we know of no setting that it needs, and have not tried it: rehearse is no proof here, probe after the first deployment (${PAGE})`;
  }
}
