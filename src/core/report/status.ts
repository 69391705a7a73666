import type { BookEntry } from '../model/books.ts';
import type { Fault } from '../model/fault.ts';
import type { HostStatus } from '../model/status.ts';
import { faultJson } from './deployment-json.ts';
import type { Document } from './document.ts';
import { MAX_NAME, visible } from './escape.ts';
import { moment } from './moment.ts';
import { PLAIN, type Paint } from './paint.ts';
import { alignColumns } from './table.ts';
import { list } from './words.ts';

const WORDS = {
  'in-sync': 'in sync',
  differs: 'differs from the topology',
  new: 'nothing deployed yet',
  unreachable: 'unreachable',
} as const;

// WireGuard shakes hands again after 120 s and gives a session up after 180 s: an older one is a dead tunnel.
const STALE_S = 180;

export function statusText(hosts: ReadonlyMap<string, HostStatus>, paint: Paint = PLAIN): string {
  const rows = [...hosts].map(([host, facts]) => {
    const release = 'release' in facts && facts.release !== undefined ? facts.release.slice(0, 12) : '-';
    return [
      visible(host),
      release,
      WORDS[facts.state],
      'fault' in facts ? visible(facts.fault.cause) : peers(facts),
    ];
  });
  const colour = { 'in-sync': paint.green, differs: paint.yellow, new: paint.yellow, unreachable: paint.red };
  const states = [...hosts.values()].map((facts) => colour[facts.state]);
  const lines = alignColumns(
    [['host', 'release', 'state', 'latest handshake'], ...rows],
    (cell, column, row) => (row === 0 ? paint.dim(cell) : column === 2 ? states[row - 1]!(cell) : cell),
  );
  const past = [...hosts].flatMap(([host, facts]) => ('books' in facts ? bookLines(host, facts.books) : []));
  return `${[...lines, ...(past.length > 0 ? ['', ...past] : [])].join('\n')}\n`;
}

/** Where all hosts took part in the same, the hub's books would do; but a host that was left out shows only in its own. */
function bookLines(host: string, books: readonly BookEntry[]): readonly string[] {
  return alignColumns(
    books.map(({ at, outcome, digest, commit = '-', who }, i) => [
      i === 0 ? visible(host, MAX_NAME) : '',
      moment(at),
      outcome,
      digest.slice(0, 12),
      visible(commit.slice(0, 12), MAX_NAME),
      visible(who, MAX_NAME),
    ]),
  );
}

export function statusJson(hosts: ReadonlyMap<string, HostStatus>): Document {
  const entries = [...hosts].map(([host, facts]) => [
    host,
    'fault' in facts
      ? { state: facts.state, fault: faultJson(facts.fault) }
      : {
          state: facts.state,
          release: facts.release ?? null,
          transaction: facts.transaction ?? null,
          books: facts.books.map(({ at, outcome, transaction, digest, commit, who }) => ({
            at,
            outcome,
            transaction,
            release: digest,
            commit: commit ?? null,
            who,
          })),
          handshakes: Object.fromEntries([...facts.handshakes].map(([peer, age]) => [peer, age ?? null])),
        },
  ]);
  return { kuiil: 1, kind: 'status', hosts: Object.fromEntries(entries) };
}

function peers({ handshakes, transaction }: Exclude<HostStatus, { fault: Fault }>): string {
  const stale = [...handshakes].filter(([, age]) => age === undefined || age > STALE_S).map(([peer]) => peer);
  const ages = [...handshakes.values()].filter((age) => age !== undefined);
  const words = [
    ...(transaction === undefined ? [] : [`deployment ${visible(transaction)} is under way`]),
    ...(handshakes.size === 0
      ? []
      : ages.length === 0
        ? ['none yet']
        : [`${Math.max(...ages)} s ago at most`]),
    ...(stale.length > 0 && ages.length > 0
      ? [
          `none in ${STALE_S} s with ${list(
            stale.map((peer) => visible(peer)),
            5,
          )}`,
        ]
      : []),
  ];
  return words.join('; ');
}
