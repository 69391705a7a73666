import type { Trace } from '../../src/core/model/proof.ts';
import { predict, type Prediction } from './prediction.ts';
import { describePair, pairsOf, type Pair } from './questions.ts';
import { bringUp } from './rig.ts';
import type { Scene } from './scene.ts';
import { isWorse, sendPackets, sendPatiently, type Outcome, type Seen } from './send.ts';

export interface Disagreement {
  /** What was wrong about it: the trace of this pair, the source in it, or the proof of everything. */
  readonly by: 'trace' | 'source' | 'proof';
  readonly pair: Pair;
  readonly predicted: string;
  readonly seen: string;
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

/** Brings a scene up, sends packets between all its ends, and compares what became of them with what the proof says. */
export async function play(scene: Scene): Promise<Trial> {
  const from = performance.now();
  const rig = await bringUp(scene);
  try {
    const pairs = pairsOf(rig);
    const predictions = predict(scene, rig.layout, pairs);
    const first = await sendPackets(rig.agent, pairs);
    const missed = pairs.filter((_, i) => isWorse(first[i]!.outcome, outcomeOf(predictions[i]!.trace)));
    const again = new Map(missed.length > 0 ? await sendPatiently(rig.agent, missed) : []);
    const sent = pairs.map((pair, i) => again.get(pair) ?? first[i]!);
    const seen = { reached: 0, 'only small ones': 0, lost: 0 };
    for (const { outcome } of sent) seen[outcome]++;
    const disagreements = pairs.flatMap((pair, i) => compare(pair, predictions[i]!, sent[i]!));
    return { scene, pairs: pairs.length, seen, disagreements, tookMs: performance.now() - from };
  } finally {
    await rig.down();
  }
}

function compare(
  pair: Pair,
  { trace, isClaimed }: Prediction,
  { outcome, seenAs }: Seen,
): readonly Disagreement[] {
  const predicted = outcomeOf(trace);
  const source = trace.way.at(-1)?.source.text;
  // What stands behind a service sees whom kube-proxy makes of the asker, which no trace follows.
  const showsSource = outcome !== 'lost' && seenAs !== undefined && pair.target.kind !== 'service';
  return [
    ...(predicted === outcome ? [] : [{ by: 'trace', pair, predicted, seen: outcome, trace } as const]),
    ...(showsSource && predicted !== 'lost' && seenAs !== source
      ? [{ by: 'source', pair, predicted: `as ${source}`, seen: `as ${seenAs}`, trace } as const]
      : []),
    // A proof may also deny what no packet here asks for; what it claims has to be so.
    ...(isClaimed && predicted === outcome && outcome !== 'reached'
      ? [{ by: 'proof', pair, predicted: 'reached', seen: outcome, trace } as const]
      : []),
  ];
}

function outcomeOf({ failure }: Trace): Outcome {
  if (!failure) return 'reached';
  return failure.reason === 'too-large' ? 'only small ones' : 'lost';
}

/** Everything that a reader needs to find out who is wrong. */
export function describe({ by, pair, predicted, seen, trace }: Disagreement): string {
  const hops = [...trace.way, ...trace.back].map(({ host, out }) => `${host}${out ? ` ${out}` : ''}`);
  return `${by}: ${describePair(pair)}: predicted ${predicted}${why(trace)}, packets ${seen}; ${hops.join(', ')}`;
}

function why({ failure }: Trace): string {
  if (!failure) return '';
  const { reason, host, leg, address, peer, sizes } = failure;
  const more = [...(peer === undefined ? [] : [`peer ${peer}`]), ...(sizes ? [sizes.join(' > ')] : [])];
  return ` (${[`${reason} at ${host} on the ${leg}`, address.text, ...more].join(', ')})`;
}
