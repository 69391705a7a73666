import type { Agent, Heard, Question } from './agent.ts';
import type { Pair } from './questions.ts';

/** What became of packets: all arrived and were answered, only small ones, or none. */
export type Outcome = 'reached' | 'only small ones' | 'lost';

export interface Seen extends Heard {
  readonly outcome: Outcome;
}

// More than one segment each way, on any link.
const LARGE_BYTES = 4000;

export function isWorse(a: Outcome, b: Outcome): boolean {
  return OUTCOMES.indexOf(a) > OUTCOMES.indexOf(b);
}

const OUTCOMES: readonly Outcome[] = ['reached', 'only small ones', 'lost'];

/** Asks all questions, then those again that were answered, with large packets. In the order of the pairs. */
export async function sendPackets(agent: Agent, pairs: readonly Pair[]): Promise<readonly Seen[]> {
  return send(pairs, {
    small: (questions) => askTwice(agent, questions, 120),
    large: (questions) => askTwice(agent, questions, 30),
  });
}

/** The same for pairs of which more was expected: on a busy machine packets are lost for no other reason. */
export async function sendPatiently(
  agent: Agent,
  pairs: readonly Pair[],
): Promise<readonly (readonly [Pair, Seen])[]> {
  const ask = (questions: readonly Question[]) => agent.ask(questions, { seconds: PATIENT_S, window: 10 });
  const seen = await send(pairs, { small: ask, large: ask });
  return pairs.map((pair, i) => [pair, seen[i]!]);
}

type Ask = (questions: readonly Question[]) => Promise<ReadonlyMap<Question, Heard>>;

async function send(
  pairs: readonly Pair[],
  ask: Readonly<Record<'small' | 'large', Ask>>,
): Promise<readonly Seen[]> {
  const small = pairs.map(({ question }) => question);
  const heard = await ask.small(small);
  const large = new Map(
    small
      .filter((question) => heard.has(question) && question.port !== 0)
      .map((question) => [question, { ...question, size: LARGE_BYTES }]),
  );
  const heardLarge = await ask.large([...large.values()]);
  return small.map((question): Seen => {
    const answer = heard.get(question);
    if (!answer) return { outcome: 'lost' };
    const twin = large.get(question);
    return { ...answer, outcome: twin && !heardLarge.has(twin) ? 'only small ones' : 'reached' };
  });
}

// TCP asks again after one second (RFC 6298).
const FIRST_S = 0.6;
const SECOND_S = 1.4;
// Longer than a router waits before it tries to shake hands again (REKEY_TIMEOUT: five seconds).
const PATIENT_S = 7;

/** A no counts when it was said twice, the second time to somebody more patient. */
async function askTwice(
  agent: Agent,
  questions: readonly Question[],
  window: number,
): Promise<ReadonlyMap<Question, Heard>> {
  const first = await agent.ask(questions, { seconds: FIRST_S, window });
  const silent = questions.filter((question) => !first.has(question));
  const second = await agent.ask(silent, { seconds: SECOND_S, window: window / 2 });
  return new Map([...first, ...second]);
}
