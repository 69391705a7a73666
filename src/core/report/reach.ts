import type { Gap, Reach, ReachChange } from '../model/proof.ts';
import { endName } from './proof-rows.ts';
import { lineWords } from './proof.ts';
import { reasonSentence } from './reasons.ts';
import { count, list } from './words.ts';

/** How a format writes names, and sentences with names in them, that come from outside. */
export interface Writing {
  readonly name: (text: string) => string;
  readonly sentence: (text: string) => string;
}

type Name = Writing['name'];

/** `cluster3 (nodes, pods) loses cluster1/services`, with the line that causes it: one for all that have subjects and cause in common. */
export function reachLines({ changes }: Reach, { name }: Pick<Writing, 'name'>): readonly string[] {
  const targets = new Map<string, ReachChange[]>();
  for (const each of changes) {
    const key = JSON.stringify([each.change, lineWords(each), endName(each.to)]);
    const same = targets.get(key);
    if (same) same.push(each);
    else targets.set(key, [each]);
  }
  const rows = new Map<string, { first: ReachChange; subjects: readonly string[]; ends: string[] }>();
  for (const same of targets.values()) {
    const first = same[0]!;
    const subjects = subjectsOf(same, name);
    const key = JSON.stringify([first.change, lineWords(first), subjects]);
    const row = rows.get(key) ?? { first, subjects, ends: [] };
    row.ends.push(name(endName(first.to)));
    rows.set(key, row);
  }
  return [...rows.values()].map(({ first, subjects, ends }) => {
    const verb = { gained: ['gains', 'gain'], lost: ['loses', 'lose'] }[first.change][
      subjects.length === 1 ? 0 : 1
    ]!;
    return `${list(subjects, 6)} ${verb} ${list(ends, 8)} because of ${name(lineWords(first))}`;
  });
}

/** What stops for a moment in the course of a deployment, and why. */
export function gapLines(all: readonly Gap[], { name, sentence }: Writing): readonly string[] {
  return all.flatMap(({ step, phase, hosts, unreached, roads }) => {
    const when = `step ${step} (${phase} ${list(
      hosts.map((host) => name(host)),
      3,
    )})`;
    const [pair] = unreached;
    const [road] = roads.filter((each) => each.road === 'ssh');
    return [
      ...(pair
        ? [
            `${when}: ${count(unreached.length, 'pair')} that ${unreached.length === 1 ? 'is' : 'are'} reached before and after, such as ${name(endName(pair.from))} and ${name(endName(pair.to))}: ${sentence(reasonSentence(pair.failure))}`,
          ]
        : []),
      ...(road ? [`${when}: SSH to ${name(road.host)}: ${sentence(reasonSentence(road.failure))}`] : []),
    ];
  });
}

function subjectsOf(changes: readonly ReachChange[], name: Name): readonly string[] {
  const places = new Map<string, Set<string>>();
  for (const { from } of changes) {
    const kinds = places.get(from.place) ?? new Set<string>();
    places.set(from.place, kinds.add(from.name));
  }
  return [...places].map(([place, kinds]) => {
    const inside = [...kinds].filter((kind) => kind !== place);
    return inside.length === 0
      ? name(place)
      : `${name(place)} (${inside.map((kind) => name(kind)).join(', ')})`;
  });
}
