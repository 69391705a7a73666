import { commonGround } from '../../../app/ground.ts';
import { isComplete, rehearse, type TwinHost, type Written } from '../../../app/rehearse.ts';
import type { Progress } from '../../../app/ports.ts';
import { rehearsalJson, rehearsalMarkdown, rehearsalText } from '../../../core/report/rehearsal.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

interface RehearseOptions {
  readonly base?: Written;
  readonly sample: number;
  readonly masquerade: boolean;
  readonly install: boolean;
}

export async function rehearsed(world: World, head: Written, options: RehearseOptions): Promise<Result> {
  const ground = commonGround((options.base ?? head).topology, head.topology);
  if (ground.clashes.length > 0) return unlike(ground.clashes);
  const line = progress(world.stderr, world.clock);
  const twin = await world.twin();
  const lacking = await lacks(twin, options.install, line);
  if (lacking) {
    line.end();
    return lacking;
  }
  const result = await rehearse(
    { ...options, ground, head, progress: line, signal: world.signal },
    twin,
    world.clock,
  );
  line.end();
  if (world.signal.aborted) {
    return {
      exit: 1,
      text: () => 'Interrupted: the twin is taken down, and nothing of it is left.',
      json: () => ({ ...rehearsalJson(result), interrupted: true }),
    };
  }
  return {
    exit: isComplete(result) ? 0 : 1,
    text: () => rehearsalText(result, paint(world.stdout)),
    json: () => rehearsalJson(result),
    markdown: () => rehearsalMarkdown(result),
  };
}

function unlike(clashes: readonly string[]): Result {
  const text = [
    'The base and this topology cannot stand on the same machines, and a deployment moves none:',
    ...clashes.map((clash) => `  ${clash}`),
    'Rehearse each without --base.',
  ];
  return {
    exit: 1,
    text: () => text.join('\n'),
    json: () => ({ kuiil: 1, kind: 'rehearse', complete: false, clashes }),
  };
}

async function lacks(twin: TwinHost, install: boolean, line: Progress): Promise<Result | undefined> {
  if (install && (await twin.missing()).some((each) => each.command !== undefined)) await twin.install(line);
  const missing = await twin.missing();
  if (missing.length === 0) return undefined;
  const text = missing.map(({ what, command }) => `${what}${command ? `\n  run: ${command}` : ''}`);
  return {
    exit: 1,
    text: () =>
      ['A rehearsal needs this machine to have:', ...text, '`--install` installs what can be.'].join('\n'),
    json: () => ({ kuiil: 1, kind: 'rehearse', complete: false, missing }),
  };
}
