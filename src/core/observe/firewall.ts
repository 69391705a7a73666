import type { Family } from '../model/address.ts';
import { BUILT_IN, compareChains } from '../model/firewall.ts';
import type { Chain, ChainName, Rule, TableName } from '../model/host-state.ts';
import type { Reading } from './reading.ts';

/** What stands in our chains, and whether each is jumped into before any other rule of its built-in chain. */
export interface ObservedChains {
  /** Sorted by `compareChains`; only chains with rules whose jump stands first. */
  readonly chains: readonly Chain[];
  /** Our chains whose jump is missing or comes after another rule, where it may never be reached. */
  readonly unreached: readonly Unreached[];
  /** Rules in chains of ours that we do not write, as they were printed. */
  readonly strays: readonly Stray[];
}

export interface Unreached extends Chain {
  /** The rule that stands before the jump; absent where there is no jump. */
  readonly ahead?: string;
}

export interface Stray {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: ChainName;
  readonly line: string;
}

interface Table {
  readonly table: TableName;
  readonly rules: Map<ChainName, Rule[]>;
  /** The first rule of each built-in chain, without `-A CHAIN `. */
  readonly first: Map<string, string>;
  /** Our chains that a built-in chain jumps to, anywhere. */
  readonly jumped: Set<string>;
  readonly strays: Omit<Stray, 'family'>[];
}

const TABLES: readonly TableName[] = ['filter', 'mangle'];

/** Reads lines of iptables-save, or of our own rules file: both spell a rule the same way. */
export function observeChains(family: Family, lines: readonly string[]): Reading<ObservedChains> {
  const tables: Table[] = [];
  const unread: string[] = [];
  for (const line of lines) {
    const table = TABLES.find((name) => line === `*${name}`);
    if (table) tables.push({ table, rules: new Map(), first: new Map(), jumped: new Set(), strays: [] });
    else if (!readLine(tables.at(-1), line)) unread.push(line);
  }
  const found = tables
    .flatMap((table) => chainsOf(family, table))
    .toSorted((a, b) => compareChains(a.chain, b.chain));
  return {
    value: {
      chains: found.filter((each) => each.reached).map((each) => each.chain),
      unreached: found.filter((each) => !each.reached).map(({ chain, ahead }) => ({ ...chain, ...ahead })),
      strays: tables.flatMap(({ strays }) => strays.map((stray) => ({ family, ...stray }))),
    },
    unread,
  };
}

function chainsOf(family: Family, { table, rules, first, jumped }: Table) {
  return [...rules].map(([chain, list]) => ({
    chain: { family, table, chain, rules: list },
    reached: first.get(BUILT_IN[chain]) === `-j ${chain}`,
    ahead: jumped.has(chain) ? { ahead: first.get(BUILT_IN[chain])! } : {},
  }));
}

/** Whether the line means something: a rule of ours, a rule of a built-in chain, or mere frame. */
function readLine(table: Table | undefined, line: string): boolean {
  if (line === '' || line === 'COMMIT' || line.startsWith('#') || line.startsWith(':')) return true;
  const match = /^-[AI] (\S+) (?:1 )?(.+)$/.exec(line);
  if (!table || !match) return false;
  const [chain, spec] = [match[1]!, match[2]!];
  if (!isOurs(chain)) {
    if (!table.first.has(chain)) table.first.set(chain, spec);
    if (spec.startsWith('-j KUIIL-')) table.jumped.add(spec.slice('-j '.length));
    return true;
  }
  const rule = readRule(spec);
  if (!rule) {
    table.strays.push({ table: table.table, chain, line });
    return false;
  }
  const list = table.rules.get(chain);
  if (list) list.push(rule);
  else table.rules.set(chain, [rule]);
  return true;
}

function isOurs(chain: string): chain is ChainName {
  return chain in BUILT_IN;
}

const RULE =
  /^(?:-i (?<in>\S+) ?)?(?:-o (?<out>\S+) ?)?(?:(?<icmp>-p (?:icmp|ipv6-icmp))|(?<syn>-p tcp -m tcp --tcp-flags SYN,RST SYN)|-p (?<protocol>udp|tcp) -m \k<protocol> --dport (?<port>[0-9]+))? ?-j (?<target>ACCEPT|TCPMSS --clamp-mss-to-pmtu)$/;

function readRule(spec: string): Rule | undefined {
  const groups = RULE.exec(spec)?.groups;
  if (!groups) return undefined;
  const match = readMatch(groups);
  return {
    ...(groups.in === undefined ? {} : { in: groups.in }),
    ...(groups.out === undefined ? {} : { out: groups.out }),
    ...(match === undefined ? {} : { match }),
    target: groups.target === 'ACCEPT' ? 'ACCEPT' : 'CLAMP-MSS',
  };
}

function readMatch(groups: Record<string, string | undefined>): Rule['match'] {
  if (groups.icmp !== undefined) return { protocol: 'icmp' };
  if (groups.syn !== undefined) return { protocol: 'tcp', syn: true };
  if (groups.protocol === undefined) return undefined;
  return { protocol: groups.protocol === 'udp' ? 'udp' : 'tcp', port: Number(groups.port) };
}
