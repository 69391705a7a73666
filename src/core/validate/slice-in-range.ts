import { finding } from '../codes/finding.ts';
import { covers } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import type { Topology } from '../model/topology.ts';

/** Slices of a pod range that are not part of it. */
export function sliceInRange(topology: Topology): readonly Finding[] {
  return topology.clusters.flatMap((cluster) => {
    const pods = cluster.ranges.filter((range) => range.kind === 'pods');
    const words = pods.map(({ prefix }) => `\`${prefix.text}\``).join(' and ');
    return cluster.nodes.flatMap((node) =>
      node.podCIDRs
        .filter(({ value }) => !pods.some(({ prefix }) => covers(prefix, value)))
        .map(({ value, at }) =>
          finding('pods/outside-cluster', {
            at,
            message:
              pods.length === 0
                ? `${quote(node.name)} has the pod range \`${value.text}\`, and its cluster has no \`podCIDR\``
                : `the pod range \`${value.text}\` of ${quote(node.name)} lies outside its cluster's \`podCIDR\` ${words}`,
            hint:
              pods.length === 0
                ? `add the range of all pods to ${quote(cluster.name)} as \`podCIDR\``
                : "choose a part of the cluster's range, or widen it",
            related: pods.map((range) => ({ at: range.at, message: "the cluster's range is here" })),
            restsOn: [under(cluster.at, 'podCIDR')],
          }),
        ),
    );
  });
}
