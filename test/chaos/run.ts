import { parseArgs } from 'node:util';
import { CALAMITIES } from './calamities/calamities.ts';
import { Stage, type Trial } from './trial.ts';

// Usage: npm run chaos -- --trials N --seed S [--only KIND] [--full] [--verbose]
// Trial I has the seed S + I, which decides what it tries; the kinds take turns. `--trials 1 --seed S --only KIND` of a printed trial
// does it again, as far as the moments of a busy machine can be met again. KUIIL_CHAOS_BUNDLE names another build of the
// program. `--full`: on hosts that boot systemd. Needs root, as a twin does.

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: String(CALAMITIES.size) },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const { only } = values;
if (only !== undefined && !CALAMITIES.has(only)) {
  console.error(`--only takes one of ${[...CALAMITIES.keys()].join(', ')}`);
  process.exit(2);
}
const trials: Trial[] = [];
let stage: Stage | undefined;
for (let i = 0; i < Number(values.trials); i++) {
  stage ??= await Stage.up(values.full ? 'full' : 'light');
  const trial = await stage.play(Number(values.seed) + i, only);
  trials.push(trial);
  show(trial);
  if (trial.wrongs.length === 0) continue;
  // What one trial has broken shall not be held against the next.
  await stage.down();
  stage = undefined;
}
await stage?.down();
summarise();

function show({ seed, kind, story, ended, wrongs, tookMs, attempts }: Trial): void {
  const word = wrongs.length > 0 ? 'FAILED' : 'ok';
  console.log(`${word.padEnd(6)} seed ${seed} ${kind}: ${story}: ${ended} (${(tookMs / 1000).toFixed(1)}s)`);
  for (const wrong of wrongs) console.log(`       ${wrong}`);
  if (wrongs.length === 0 && !values.verbose) return;
  for (const { ended: each } of attempts) console.log(indent(`${each.stderr}${each.stdout}`));
}

function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `       | ${line}`)
    .join('\n');
}

function summarise(): void {
  console.log('');
  for (const kind of CALAMITIES.keys()) {
    const ours = trials.filter((trial) => trial.kind === kind);
    const failed = ours.filter((trial) => trial.wrongs.length > 0);
    if (ours.length === 0) continue;
    const seeds = failed.length > 0 ? `, failed: ${failed.map((trial) => trial.seed).join(' ')}` : '';
    console.log(`${kind.padEnd(18)} ${ours.length - failed.length} of ${ours.length}${seeds}`);
  }
  const failed = trials.filter((trial) => trial.wrongs.length > 0).length;
  console.log(`${trials.length - failed} of ${trials.length} trials as promised`);
  process.exit(failed > 0 ? 1 : 0);
}
