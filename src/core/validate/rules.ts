import type { Finding } from '../model/diagnostic.ts';
import type { Topology } from '../model/topology.ts';
import { dockerRange } from './docker-range.ts';
import { endpoint } from './endpoint.ts';
import { expectations } from './expectations.ts';
import { mtu } from './mtu.ts';
import { nextHop } from './next-hop.ts';
import { nodeInSubnet } from './node-in-subnet.ts';
import { overlap } from './overlap.ts';
import { plainKey } from './plain-key.ts';
import { publicRange } from './public-range.ts';
import { router } from './router.ts';
import { servicePods } from './service-pods.ts';
import { serviceWays } from './service-ways.ts';
import { sliceInRange } from './slice-in-range.ts';
import { sourceFilter } from './source-filter.ts';
import { specialUse } from './special-use.ts';
import { tunnelFamily } from './tunnel-family.ts';
import { tunnelInSubnet } from './tunnel-in-subnet.ts';
import { tunnelNode } from './tunnel-node.ts';
import { uniqueAddress } from './unique-address.ts';
import { uniqueKey } from './unique-key.ts';
import { uniqueTunnel } from './unique-tunnel.ts';
import { via } from './via.ts';
import { wrongFamily } from './wrong-family.ts';

/** Looks at a topology that may lack what could not be read, and tells what is wrong with the rest. */
export type Rule = (topology: Topology) => readonly Finding[];

/** From the ranges to the hosts in them, their roles, and the way to log in. No rule depends on another. */
export const RULES: readonly Rule[] = [
  specialUse,
  wrongFamily,
  overlap,
  dockerRange,
  publicRange,
  endpoint,
  mtu,
  tunnelInSubnet,
  tunnelFamily,
  uniqueTunnel,
  nodeInSubnet,
  uniqueAddress,
  tunnelNode,
  router,
  nextHop,
  sliceInRange,
  sourceFilter,
  servicePods,
  serviceWays,
  uniqueKey,
  plainKey,
  via,
  expectations,
];
