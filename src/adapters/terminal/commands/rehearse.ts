import { isComplete, rehearse } from '../../../app/rehearse.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { rehearsalJson, rehearsalMarkdown, rehearsalText } from '../../../core/report/rehearsal.ts';
import { paint } from '../paint.ts';
import { progress } from '../progress.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

interface RehearseOptions {
  readonly sample: number;
  readonly masquerade: boolean;
  readonly install: boolean;
}

export async function rehearsed(
  world: World,
  topology: Topology,
  topologyText: string,
  options: RehearseOptions,
): Promise<Result> {
  const line = progress(world.stderr, world.clock);
  const twin = await world.twin();
  if (options.install && (await twin.missing()).some((each) => each.command !== undefined))
    await twin.install(line);
  const missing = await twin.missing();
  if (missing.length > 0) {
    line.end();
    const text = missing.map(({ what, command }) => `${what}${command ? `\n  run: ${command}` : ''}`);
    return {
      exit: 1,
      text: () =>
        ['A rehearsal needs this machine to have:', ...text, '`--install` installs what can be.'].join('\n'),
      json: () => ({ kuiil: 1, kind: 'rehearse', complete: false, missing }),
    };
  }
  const result = await rehearse(
    { ...options, topology, topologyText, progress: line, signal: world.signal },
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
