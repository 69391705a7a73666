import type { Foresight } from '../model/plan.ts';
import type { Json } from './document.ts';
import { lineJson, reasonJson } from './proof-json.ts';
import { endName } from './proof-rows.ts';
import { reasonSentence } from './reasons.ts';

const MAX_PAIRS = 20;

export function reachJson({ reach }: Foresight): Json {
  return {
    gained: reach.gained,
    lost: reach.lost,
    changes: reach.changes.map((each) => ({
      change: each.change,
      from: endName(each.from),
      to: endName(each.to),
      family: each.from.family,
      ...lineJson(each),
    })),
  };
}

export function gapsJson({ gaps }: Foresight): Json {
  return gaps.map(({ step, phase, hosts, unreached, roads }) => ({
    step,
    phase,
    hosts,
    unreached: unreached.length,
    examples: unreached.slice(0, MAX_PAIRS).map(({ from, to, failure }) => ({
      from: endName(from),
      to: endName(to),
      reason: reasonJson(failure, reasonSentence(failure)),
    })),
    roads: roads.map(({ road, host, failure }) => ({
      road,
      host,
      reason: reasonJson(failure, reasonSentence(failure)),
    })),
  }));
}
