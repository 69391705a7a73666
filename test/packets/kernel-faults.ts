import type { Chain, Fleet, HostState, Rule } from '../../src/core/model/host-state.ts';
import type { Random } from '../chaos/random.ts';
import { changed } from './changed.ts';
import type { Fault } from './faults.ts';

const forwarding: Fault = (fleet, _, dice) => {
  const state = dice.pick([...fleet.values()]);
  if (state.forwarding.length === 0) return undefined;
  const off = dice.pick(state.forwarding);
  return {
    told: `${state.host} does not forward IPv${off}`,
    fleet: changed(fleet, { ...state, forwarding: state.forwarding.filter((family) => family !== off) }),
  };
};

const rule: Fault = (fleet, _, dice) => {
  const at = anyRule(fleet, dice);
  return (
    at && {
      told: `${at.state.host} lost the rule ${ruleText(at.chain, at.rule)}`,
      fleet: withRules(
        fleet,
        at,
        at.chain.rules.filter((other) => other !== at.rule),
      ),
    }
  );
};

/** One that names the other direction, or asks for both. */
const oneWay: Fault = (fleet, _, dice) => {
  const at = anyRule(fleet, dice);
  if (!at || at.chain.chain !== 'KUIIL-FORWARD' || at.chain.table !== 'filter') return undefined;
  const { state, chain, rule } = at;
  const name = state.wireguard!.interface;
  const turned = dice.pick<Rule>(
    [{ in: name }, { out: name }, { in: name, out: name }].map((sides) => ({
      ...sides,
      target: rule.target,
    })),
  );
  if (turned.in === rule.in && turned.out === rule.out) return undefined;
  return {
    told: `${state.host} has ${ruleText(chain, turned)} instead of ${ruleText(chain, rule)}`,
    fleet: withRules(
      fleet,
      at,
      chain.rules.map((other) => (other === rule ? turned : other)),
    ),
  };
};

const chain: Fault = (fleet, _, dice) => {
  const at = anyRule(fleet, dice);
  return (
    at && {
      told: `${at.state.host} lost its chain ${at.chain.chain} of IPv${at.chain.family} ${at.chain.table}`,
      fleet: withRules(fleet, at, []),
    }
  );
};

/** Somebody tightened it to one port of one protocol. */
const tightened: Fault = (fleet, _, dice) => {
  const at = anyRule(fleet, dice);
  if (!at || at.rule.match || at.rule.target !== 'ACCEPT') return undefined;
  const tight: Rule = {
    ...at.rule,
    match: dice.pick<NonNullable<Rule['match']>>([
      { protocol: 'tcp', port: 9 },
      { protocol: 'tcp', port: 80 },
      { protocol: 'icmp' },
    ]),
  };
  return {
    told: `${at.state.host} has ${ruleText(at.chain, tight)} instead of ${ruleText(at.chain, at.rule)}`,
    fleet: withRules(
      fleet,
      at,
      at.chain.rules.map((other) => (other === at.rule ? tight : other)),
    ),
  };
};

export const KERNEL_FAULTS = {
  forwarding,
  'rule-missing': rule,
  'rule-one-way': oneWay,
  'rule-tightened': tightened,
  'chain-missing': chain,
} satisfies Record<string, Fault>;

interface OneRule {
  readonly state: HostState;
  readonly chain: Chain;
  readonly rule: Rule;
}

function anyRule(fleet: Fleet, dice: Random): OneRule | undefined {
  const state = dice.pick([...fleet.values()]);
  if (state.chains.length === 0) return undefined;
  const chain = dice.pick(state.chains);
  return { state, chain, rule: dice.pick(chain.rules) };
}

function withRules(fleet: Fleet, { state, chain }: OneRule, rules: readonly Rule[]): Fleet {
  const chains = state.chains.map((each) => (each === chain ? { ...each, rules } : each));
  return changed(fleet, { ...state, chains: chains.filter((each) => each.rules.length > 0) });
}

function ruleText({ family, table, chain }: Chain, rule: Rule): string {
  const words = [
    `${chain} of IPv${family} ${table}:`,
    ...(rule.in === undefined ? [] : [`-i ${rule.in}`]),
    ...(rule.out === undefined ? [] : [`-o ${rule.out}`]),
    ...(rule.match ? [Object.values(rule.match).join(' ')] : []),
    rule.target,
  ];
  return words.join(' ');
}
