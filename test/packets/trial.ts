import type { Trace } from '../../src/core/model/proof.ts';
import type { Agent, Question } from './agent.ts';
import { predict, type Prediction } from './prediction.ts';
import { describePair, pairsOf, type Pair } from './questions.ts';
import { bringUp, type Rig } from './rig.ts';
import type { Scene } from './scene.ts';

/** What became of packets: all arrived and were answered, only small ones, or none. */
export type Outcome = 'reached' | 'only small ones' | 'lost';

export interface Disagreement {
  /** What was wrong about it: the trace of this pair, or the proof of everything. */
  readonly by: 'trace' | 'proof';
  readonly pair: Pair;
  readonly predicted: Outcome;
  readonly seen: Outcome;
  readonly trace: Trace;
}

export interface Trial {
  readonly scene: Scene;
  readonly pairs: number;
  /** How many pairs each outcome was seen of. */
  readonly seen: Readonly<Record<Outcome, number>>;
  readonly disagreements: readonly Disagreement[];
  readonly tookMs: number;
}

export async function play(scene: Scene): Promise<Trial> {
  const from = performance.now();
  const rig = await bringUp(scene);
  try {
    const pairs = pairsOf(rig);
    const predictions = predict(scene, rig.layout, pairs);
    const outcomes = await sendPackets(rig, pairs);
    const seen = { reached: 0, 'only small ones': 0, lost: 0 };
    for (const outcome of outcomes) seen[outcome]++;
    const disagreements = pairs.flatMap((pair, i) => compare(pair, predictions[i]!, outcomes[i]!));
    return { scene, pairs: pairs.length, seen, disagreements, tookMs: performance.now() - from };
  } finally {
    await rig.down();
  }
}

function compare(pair: Pair, { trace, isClaimed }: Prediction, seen: Outcome): readonly Disagreement[] {
  const predicted = outcomeOf(trace);
  return [
    ...(predicted === seen ? [] : [{ by: 'trace', pair, predicted, seen, trace } as const]),
    // A proof may also deny what no packet here asks for; what it claims has to be so.
    ...(isClaimed && seen !== 'reached'
      ? [{ by: 'proof', pair, predicted: 'reached', seen, trace } as const]
      : []),
  ];
}

function outcomeOf({ failure }: Trace): Outcome {
  if (!failure) return 'reached';
  return failure.reason === 'too-large' ? 'only small ones' : 'lost';
}

// More than one segment each way, on any link.
const LARGE_BYTES = 4000;

async function sendPackets({ agent }: Rig, pairs: readonly Pair[]): Promise<readonly Outcome[]> {
  const small = pairs.map(({ question }) => question);
  const heard = await askTwice(agent, small, 120);
  const large = new Map(
    small
      .filter((question) => heard.has(question) && question.port !== 0)
      .map((question) => [question, { ...question, size: LARGE_BYTES }]),
  );
  const heardLarge = await askTwice(agent, [...large.values()], 30);
  return small.map((question) => {
    if (!heard.has(question)) return 'lost';
    const twin = large.get(question);
    return twin && !heardLarge.has(twin) ? 'only small ones' : 'reached';
  });
}

/** A no counts when it was said twice, the second time to somebody more patient. */
async function askTwice(
  agent: Agent,
  questions: readonly Question[],
  window: number,
): Promise<ReadonlySet<Question>> {
  const first = await agent.ask(questions, { seconds: FIRST_S, window });
  const silent = questions.filter((question) => !first.has(question));
  const second = await agent.ask(silent, { seconds: SECOND_S, window: window / 2 });
  return new Set([...first.keys(), ...second.keys()]);
}

// TCP asks again after one second (RFC 6298).
const FIRST_S = 0.6;
const SECOND_S = 1.4;

/** Everything that a reader needs to find out who is wrong. */
export function describe({ by, pair, predicted, seen, trace }: Disagreement): string {
  const { failure } = trace;
  const why = failure
    ? ` (${failure.reason} at ${failure.host} on the ${failure.leg}, ${failure.address.text}${failure.peer ? `, peer ${failure.peer}` : ''}${failure.sizes ? `, ${failure.sizes.join(' > ')}` : ''})`
    : '';
  const hops = [...trace.way, ...trace.back].map(({ host, out }) => `${host}${out ? ` ${out}` : ''}`);
  return `${by}: ${describePair(pair)}: predicted ${predicted}${why}, packets ${seen}; way ${hops.join(', ')}`;
}
