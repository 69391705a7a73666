import { basename } from 'node:path';
import { topologyText } from '../../../core/import/topology-text.ts';
import { readWgConf } from '../../../core/import/wg-conf.ts';
import { UsageError } from '../options.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

/** A topology with questions, out of the wg-quick files of a network that was made by hand. */
export async function imported(world: World, files: readonly string[]): Promise<Result> {
  const confs = await Promise.all(
    files.map(async (file) => {
      const bytes = await world.files.read(file);
      if (bytes === undefined) throw new UsageError(`there is no file ${file}`);
      return readWgConf(basename(file), new TextDecoder().decode(bytes));
    }),
  );
  const text = topologyText(confs);
  if (text === undefined) {
    throw new UsageError(
      'none of these files is the hub’s: its peers are the clusters, and it names no Endpoint for them',
    );
  }
  return { exit: 0, text: () => text, json: () => ({ kuiil: 1, kind: 'import', topology: text }) };
}
