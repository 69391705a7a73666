import { CALAMITIES } from './calamities/calamities.ts';
import { ChaosFleet, type HostsKind } from './fleet.ts';
import { judge } from './judge.ts';
import { random } from './random.ts';
import { accepting, chaosRelease, VARIANTS, type ChaosRelease } from './releases.ts';
import type { Attempt, Scene, Spoilt } from './scene.ts';

export interface Trial {
  readonly seed: number;
  readonly kind: string;
  /** From what to what, and what happened in between. */
  readonly story: string;
  readonly ended: string;
  readonly wrongs: readonly string[];
  readonly tookMs: number;
  /** What the deployers said; for a failure. */
  readonly attempts: readonly Attempt[];
}

/** A busy machine takes half of it to get from the first activation to the confirmation. */
const CONFIRM_TIMEOUT_S = 15;
/** Other hosts wait 15 s longer than the hub; one that got no word asks again every 10 s, or at its next tick: each minute with systemd. */
const SLACK_S = { light: 15 + 20, full: 15 + 75 };
const TICK_MS = 4000;

/** A fleet, and what it is known to be on. */
export class Stage {
  readonly #fleet: ChaosFleet;
  #on: string | undefined;
  #usualMs = 3000;

  readonly #confirmTimeoutS: number;

  private constructor(fleet: ChaosFleet, confirmTimeoutS: number) {
    this.#fleet = fleet;
    this.#confirmTimeoutS = confirmTimeoutS;
  }

  static async up(kind: HostsKind = 'light', confirmTimeoutS = CONFIRM_TIMEOUT_S): Promise<Stage> {
    return new Stage(await ChaosFleet.up(kind), confirmTimeoutS);
  }

  down(): Promise<void> {
    return this.#fleet.down();
  }

  async play(seed: number, only?: string): Promise<Trial> {
    const begun = performance.now();
    const fleet = this.#fleet;
    const dice = random(seed);
    const kinds = [...CALAMITIES.keys()];
    const kind = only ?? kinds[seed % kinds.length]!;
    const releases = VARIANTS.map((each) => chaosRelease(each, fleet.twin.keysFile));
    const from = dice.pick(releases);
    const to = dice.pick(releases.filter((each) => each !== from));
    const notes: string[] = [];
    const end = (ended: string, wrongs: readonly string[], attempts: readonly Attempt[]): Trial => {
      const story = [`${from.name} -> ${to.name}`, ...notes].join(', ');
      return { seed, kind, story, ended, wrongs, attempts, tookMs: performance.now() - begun };
    };
    const unprepared = await this.#prepare(
      from,
      releases.find(({ name }) => name === this.#on),
    );
    if (unprepared) return end('not begun', [unprepared.wrong], [unprepared.attempt]);
    const mends: (() => Promise<void>)[] = [];
    const scene: Scene = {
      fleet,
      random: dice,
      from,
      to,
      releases,
      usualMs: this.#usualMs,
      spoil: (how) => spoilt(to, how, fleet.twin.keysFile),
      start: (release = to) =>
        fleet.deploy(
          release,
          ...accepting(from, release),
          '--confirm-timeout',
          String(this.#confirmTimeoutS),
        ),
      note: (what) => void notes.push(what),
      mend(mend) {
        const once = onlyOnce(mend);
        mends.push(once);
        return once;
      },
    };
    fleet.said.length = 0;
    fleet.startTicking(TICK_MS);
    const happened = await CALAMITIES.get(kind)!(scene);
    const mendAll = async () => {
      for (const mend of mends) await mend();
    };
    const { winner, wrongs, settledMs } = await judge({
      fleet,
      from,
      happened,
      mendAll,
      patienceMs: (this.#confirmTimeoutS + SLACK_S[fleet.kind]) * 1000,
    });
    this.#on = winner?.name;
    const codes = happened.attempts.map(({ ended: { exitCode } }) =>
      exitCode === null ? 'killed' : `exit ${exitCode}`,
    );
    const settled = `${(settledMs / 1000).toFixed(1)}s later all on ${winner?.name ?? 'different releases'}`;
    return end(`${codes.join(' and ')}, ${settled}`, wrongs, happened.attempts);
  }

  /** Brings the fleet to where the trial begins. A deployment that nothing happens to has to succeed. */
  async #prepare(
    from: ChaosRelease,
    current: ChaosRelease | undefined,
  ): Promise<{ readonly wrong: string; readonly attempt: Attempt } | undefined> {
    if (this.#on === from.name) return undefined;
    const options = [
      ...(current ? accepting(current, from) : []),
      '--confirm-timeout',
      '60',
      '--require-all',
    ];
    const ended = await this.#fleet.deploy(from, ...options).ended;
    const standings = await this.#fleet.standings();
    const off = [...from.digests].filter(([host, digest]) => standings.get(host)?.current !== digest);
    if (ended.exitCode !== 0 || off.length > 0) {
      const hosts = off.map(([host]) => host).join(', ');
      const wrong = `a deployment that nothing happens to: exit code ${ended.exitCode} (${ended.document?.outcome}), not on ${from.name}: ${hosts}`;
      return { wrong, attempt: { release: from, ended } };
    }
    // The first one waits for hosts that join.
    if (this.#on !== undefined) this.#usualMs = ended.tookMs;
    this.#on = from.name;
    return undefined;
  }
}

function spoilt({ name }: ChaosRelease, { key, ...how }: Spoilt, keysFile: string): ChaosRelease {
  const variant = VARIANTS.find((each) => each.name === name)!;
  const keys = key
    ? keysFile.replace(new RegExp(`^(${key.host}: \\{ wireguard: ")[^"]+`, 'm'), `$1${key.key}`)
    : keysFile;
  return chaosRelease({ ...variant, ...how, name: `${name}, spoilt` }, keys);
}

function onlyOnce(run: () => Promise<unknown>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= run().then(() => undefined));
}
