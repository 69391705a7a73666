import type { Chain, ChainName, TableName } from './host-state.ts';
import type { Family } from './address.ts';

/** The built-in chain that jumps into ours: the same packets, our rules first. */
export const BUILT_IN = { 'KUIIL-FORWARD': 'FORWARD', 'KUIIL-INPUT': 'INPUT' } as const;

/**
 * TCP port on the hub's tunnel address where a host whose undo timer expires asks whether the deployment was
 * confirmed. Open to the tunnel only, and answered only while a deployment is pending or just over.
 */
export const DECISION_PORT = 51821;

/** Every chain that Kuiil may own on a host, in the order in which a host state lists them. */
const CHAINS: readonly (readonly [TableName, ChainName])[] = [
  ['filter', 'KUIIL-INPUT'],
  ['filter', 'KUIIL-FORWARD'],
  ['mangle', 'KUIIL-FORWARD'],
];

/** IPv4 before IPv6, then filter before mangle, then INPUT before FORWARD. */
export function compareChains(a: Chain, b: Chain): number {
  return a.family - b.family || rank(a) - rank(b);
}

/** What makes two chains the same chain. */
export function chainKey(chain: {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
}): string {
  return `${chain.family} ${chain.table} ${chain.chain}`;
}

function rank(chain: Chain): number {
  return CHAINS.findIndex(([table, name]) => table === chain.table && name === chain.chain);
}
