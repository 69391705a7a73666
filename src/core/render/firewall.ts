import type { Family } from '../model/address.ts';
import { BUILT_IN } from '../model/firewall.ts';
import type { Chain, Rule } from '../model/host-state.ts';

/**
 * `iptables-restore --noflush` input in iptables-save's own spelling, so that what was loaded can be compared line by
 * line. Declaring our chain flushes it and no other; the jump goes to the top, since an accept below a DROP does nothing.
 */
export function renderChains(chains: readonly Chain[]): string {
  const tables = [...new Set(chains.map((chain) => chain.table))];
  return tables
    .map((table) =>
      renderTable(
        table,
        chains.filter((chain) => chain.table === table),
      ),
    )
    .join('');
}

function renderTable(table: string, chains: readonly Chain[]): string {
  return [
    `*${table}`,
    ...chains.map((chain) => `:${chain.chain} - [0:0]`),
    ...chains.flatMap((chain) => chain.rules.map((rule) => renderRule(chain, rule))),
    ...chains.map((chain) => `-I ${BUILT_IN[chain.chain]} 1 -j ${chain.chain}`),
    'COMMIT',
    '',
  ].join('\n');
}

/** One `-A` line. */
function renderRule({ chain, family }: Chain, rule: Rule): string {
  return [
    `-A ${chain}`,
    rule.in === undefined ? '' : `-i ${rule.in}`,
    rule.out === undefined ? '' : `-o ${rule.out}`,
    renderMatch(rule, family),
    rule.target === 'ACCEPT' ? '-j ACCEPT' : '-j TCPMSS --clamp-mss-to-pmtu',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function renderMatch({ match }: Rule, family: Family): string {
  if (!match) return '';
  if (match.protocol === 'icmp') return family === 4 ? '-p icmp' : '-p ipv6-icmp';
  if ('syn' in match) return '-p tcp -m tcp --tcp-flags SYN,RST SYN';
  return `-p ${match.protocol} -m ${match.protocol} --dport ${match.port}`;
}
