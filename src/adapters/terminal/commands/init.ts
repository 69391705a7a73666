import { init, type Initialized, pinOf } from '../../../app/init/init.ts';
import { initText } from '../../../core/report/init.ts';
import { UsageError } from '../options.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

/** Lays down what a repository begins with. */
export async function initialized(
  world: World,
  { branch, pin }: { readonly branch: string; readonly pin?: string },
): Promise<Result> {
  // It is written into YAML and into commands.
  if (!/^[\w.][\w./-]*$/.test(branch)) throw new UsageError(`a branch cannot be called ${branch}`);
  if (pin !== undefined && !/^[0-9a-f]{40}$/.test(pin)) {
    throw new UsageError('--pin takes a commit of 40 hexadecimal digits: a tag can be moved');
  }
  const [version = ''] = world.version.split(' ');
  const pinned = await pinOf(version, async (tag) => pin ?? (await world.release(tag)));
  const done: Initialized = await init({ branch, pin: pinned }, world.files);
  return {
    exit: 0,
    text: () => initText({ ...done, branch }),
    json: () => ({ kuiil: 1, kind: 'init', ...done, pin: pinned }),
  };
}
