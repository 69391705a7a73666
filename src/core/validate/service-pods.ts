import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { under } from '../model/place.ts';
import type { Topology } from '../model/topology.ts';

/** Service ranges without a pod range of their family, behind which nothing is forwarded. */
export function servicePods(topology: Topology): readonly Finding[] {
  return topology.clusters.flatMap((cluster) => {
    const pods = new Set(
      cluster.ranges.filter((range) => range.kind === 'pods').map((range) => range.prefix.family),
    );
    return cluster.ranges
      .filter((range) => range.kind === 'services' && !pods.has(range.prefix.family))
      .map((range) =>
        finding('services/without-pods', {
          at: range.at,
          message: `${quote(cluster.name)} has the service range \`${range.prefix.text}\` and no IPv${range.prefix.family} pod range`,
          hint: 'add `podCIDR`: services are answered from pod addresses',
          restsOn: [under(cluster.at, 'podCIDR')],
        }),
      );
  });
}
