import { userInfo } from 'node:os';
import type { HostName } from '../../src/core/model/name.ts';
import type { Document } from './deployment.ts';
import type { Standing } from './fleet.ts';
import type { ChaosRelease } from './releases.ts';
import type { Attempt, Happened } from './scene.ts';

type Standings = ReadonlyMap<HostName, Standing>;

export interface Truth {
  readonly from: ChaosRelease;
  readonly happened: Happened;
  /** The release that every host is on in the end. */
  readonly winner: ChaosRelease | undefined;
  /** When the deployer had just ended, and when everything was over. */
  readonly atEnd: Standings;
  readonly last: Standings;
}

/** What a run's exit code and document say against what is. */
export function untruths({ release, ended, killed }: Attempt, truth: Truth): readonly string[] {
  const { exitCode, document } = ended;
  if (killed && exitCode === null) return [];
  if (!document) return [`exit code ${exitCode} without a document: ${ended.stderr.slice(-400)}`];
  const said: Said = {
    release,
    document,
    exitCode,
    words: `exit code ${exitCode} (${document.outcome}) for ${release.name}`,
  };
  const { exits } = truth.happened;
  const expected = exits ?? [0, 1, 4, 5];
  return [
    ...(expected.includes(exitCode ?? -1) ? [] : [`${said.words}, not ${expected.join(' or ')}`]),
    ...(truth.happened.attempts.length === 1 ? untruthsAlone(said, truth) : untruthsOfRival(said, truth)),
  ];
}

interface Said {
  readonly release: ChaosRelease;
  readonly document: Document;
  readonly exitCode: number | null;
  readonly words: string;
}

function untruthsAlone({ release, document, exitCode, words }: Said, truth: Truth): readonly string[] {
  const { winner, from, atEnd, last } = truth;
  const is = `the fleet is on ${winner?.name ?? 'different releases'}`;
  return [
    ...(exitCode === 0 && winner !== release ? [`${words}, and ${is}`] : []),
    ...(exitCode === 0 && !isOn(release, atEnd) ? [`${words}, and not every host was by then`] : []),
    ...((exitCode === 1 || exitCode === 5) && winner !== from ? [`${words}, and ${is}`] : []),
    ...hostUntruths({ release, document }, { from, last }),
  ];
}

/** What is said of each host against what it boots into in the end. */
function hostUntruths(
  { release, document }: Pick<Said, 'release' | 'document'>,
  { from, last }: Pick<Truth, 'from' | 'last'>,
): readonly string[] {
  return [...release.digests].flatMap(([host, digest]) => {
    const outcome = document.hosts[host]?.outcome;
    if (outcome === undefined) return [`nothing is said of ${host}`];
    const { current } = last.get(host)!;
    const before = from.digests.get(host) ?? current;
    const wanted = NEW.includes(outcome) ? digest : OLD.includes(outcome) ? before : current;
    return current === wanted ? [] : [`${host} is said to be ${outcome}, and is on ${current.slice(0, 8)}`];
  });
}

const NEW: readonly string[] = ['confirmed', 'confirming', 'unchanged'];
const OLD: readonly string[] = ['reverted', 'reverting', 'untouched'];

/** How the program names who runs it, for others. */
const OWNER = `${userInfo().username}@`;

/** Of two at once, whoever says that it has won must have; and whoever is refused is told who was first. */
function untruthsOfRival(
  { document, exitCode, words }: Said,
  { winner, from, happened }: Truth,
): readonly string[] {
  if (exitCode === 0) {
    const winners = happened.attempts.filter(({ ended }) => ended.exitCode === 0);
    const isTrue = winner !== from && winners.some((attempt) => attempt.release.name === winner?.name);
    return isTrue ? [] : [`${words}, and the fleet is on ${winner?.name ?? 'different releases'}`];
  }
  const isTold = document.faults.some(({ code, cause }) => code === 'host/busy' && cause.includes(OWNER));
  return exitCode !== 1 || isTold ? [] : [`${words}, without a word on who is in the way`];
}

/** A host that a topology does not name has nothing to agree about. */
export function isOn(release: ChaosRelease, standings: Standings): boolean {
  return [...standings].every(([host, { current, active, transaction }]) => {
    const digest = release.digests.get(host);
    return transaction === undefined && active === '-' && (digest === undefined || current === digest);
  });
}
