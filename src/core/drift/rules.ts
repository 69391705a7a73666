import { BUILT_IN, chainKey } from '../model/firewall.ts';
import type { Chain } from '../model/host-state.ts';
import { ruleOwner } from './culprit.ts';
import type { Amiss, Sighting } from './sighting.ts';

/** Forwarding, our chains, and whether packets get to them. */
export function ruleDrift(sighting: Sighting): readonly Amiss[] {
  const { basis, expected, changes } = sighting;
  const forwarding = changes.flatMap((change): Amiss[] =>
    change.kind === 'forwarding-released'
      ? [
          {
            code: 'forwarding-off',
            subject: `IPv${change.family}`,
            expected: 'on',
            observed: 'off',
            culprit: 'a person, or `sysctl --system`',
          },
        ]
      : [],
  );
  // A network that Kuiil never deployed has its rules elsewhere, in forms that are not ours to judge.
  if (basis === 'git') return forwarding;
  return [
    ...forwarding,
    ...expected.chains.flatMap((chain) => chainAmiss(chain, sighting)),
    ...unwanted(sighting),
    ...sighting.strays.rules.map(({ line, ...chain }): Amiss => ({
      code: 'chain-changed',
      subject: nameOf(chain),
      expected: 'only our rules',
      observed: line,
      culprit: 'a person',
    })),
    ...elsewhere(sighting),
  ];
}

function chainAmiss(chain: Chain, sighting: Sighting): readonly Amiss[] {
  const same = (other: Chain) => chainKey(other) === chainKey(chain);
  const unreached = sighting.unreached.find(same);
  const found = unreached ?? sighting.observed.chains.find(same);
  const subject = nameOf(chain);
  const reload = sighting.around.neighbours.includes('firewalld') ? 'firewalld' : undefined;
  const culprit = reload ?? 'a firewall that was loaded anew, or a person';
  if (!found)
    return [
      { code: 'chain-missing', subject, expected: rules(chain), observed: 'missing or empty', culprit },
    ];
  const changed: Amiss[] =
    JSON.stringify(found.rules) === JSON.stringify(chain.rules)
      ? []
      : [
          {
            code: 'chain-changed',
            subject,
            expected: rules(chain),
            observed: `other rules (${rules(found)})`,
            culprit: 'a person',
          },
        ];
  if (!unreached) return changed;
  const builtIn = BUILT_IN[chain.chain];
  const jump: Amiss =
    unreached.ahead === undefined
      ? { code: 'jump-missing', subject, expected: `first in ${builtIn}`, observed: 'not there', culprit }
      : {
          code: 'jump-not-first',
          subject,
          expected: `first in ${builtIn}`,
          observed: `after ${unreached.ahead}`,
          culprit: ruleOwner(unreached.ahead),
        };
  return [...changed, jump];
}

/** A chain of ours that this host should not have. */
function unwanted({ expected, observed, unreached }: Sighting): readonly Amiss[] {
  const wanted = new Set(expected.chains.map(chainKey));
  return [...observed.chains, ...unreached]
    .filter((chain) => !wanted.has(chainKey(chain)))
    .map((chain) => ({
      code: 'chain-changed',
      subject: nameOf(chain),
      expected: 'none',
      observed: rules(chain),
      culprit: 'a person',
    }));
}

function elsewhere({ around }: Sighting): readonly Amiss[] {
  return around.oldBackend.map((words) => {
    const [family, table, chain] = words.split(' ');
    return {
      code: 'rules-elsewhere',
      subject: `IPv${family} ${table}/${chain}`,
      expected: 'only in the backend that kube-proxy uses',
      observed: 'also in the other one',
      culprit: 'a change of the iptables backend',
    };
  });
}

function nameOf({ family, table, chain }: Pick<Chain, 'family' | 'table' | 'chain'>): string {
  return `IPv${family} ${table}/${chain}`;
}

function rules({ rules: list }: Chain): string {
  return list.length === 1 ? '1 rule' : `${list.length} rules`;
}
