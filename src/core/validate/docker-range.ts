import { finding } from '../codes/finding.ts';
import { overlaps } from '../model/address.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { blocks } from './block.ts';
import { declaredRanges, describeRange } from './declared-range.ts';

const DOCKER = blocks({ '172.17.0.0/16': 'docker0' });

/** Ranges that a host with Docker keeps to itself. */
export function dockerRange(topology: Topology): readonly Finding[] {
  return declaredRanges(topology)
    .filter((range) => DOCKER.some(({ prefix }) => overlaps(prefix, range.prefix)))
    .map((range) =>
      finding('net/docker-range', {
        at: range.at,
        message: `${describeRange(range)}, meets \`172.17.0.0/16\`, which Docker gives to docker0`,
        hint: 'choose another range where hosts run Docker',
      }),
    );
}
