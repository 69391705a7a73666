import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { Topology } from '../model/topology.ts';
import { repeated } from './repeated.ts';

/** Addresses that two nodes of a cluster claim. Those of different clusters differ because their subnets do. */
export function uniqueAddress(topology: Topology): readonly Finding[] {
  return topology.clusters.flatMap((cluster) => {
    const texts = cluster.nodes.flatMap((node) => node.addresses.map(({ value }) => value.text));
    if (new Set(texts).size === texts.length) return [];
    const claims = cluster.nodes.flatMap((node) =>
      node.addresses.map(({ value, at }) => ({ host: node.name, text: value.text, at })),
    );
    return repeated(claims).map(([first, again]) =>
      finding('node/duplicate-address', {
        at: again.at,
        message: `${quote(again.host)} and ${quote(first.host)} have the same address \`${again.text}\``,
        hint: 'mend one of the two',
        related: [{ at: first.at, message: `the address of ${quote(first.host)} is here` }],
      }),
    );
  });
}
