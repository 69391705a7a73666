import * as core from '@actions/core';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from '../../app/github/ports.ts';
import { size } from '../../core/report/budget.ts';
import { localFiles } from '../local/files.ts';
import { inert } from './inert.ts';
import { progressGroups } from './progress.ts';

/** Over it GitHub drops the whole summary of a step. */
const SUMMARY_BYTES = 1024 * 1024;
const OMITTED =
  '\n**There is more, for which a summary has no room: it is in the file of the output `report`.**\n';

/** The step that the runner runs us as. */
export function actionsStep(env: Readonly<Record<string, string | undefined>>): Step {
  const log = (text: string) => core.info(inert(text));
  return {
    log,
    progress: (clock) => progressGroups(clock, log),
    annotate: (commands) => core.info(commands.trimEnd()),
    warn: (message) => core.warning(message),
    async summary(markdown) {
      const file = env.GITHUB_STEP_SUMMARY;
      if (!file) return;
      const there = await stat(file).then(
        (found) => found.size,
        () => 0,
      );
      if (there + size(markdown) + size(OMITTED) + 2 <= SUMMARY_BYTES) await append(`${markdown}\n`);
      else if (there + size(OMITTED) <= SUMMARY_BYTES) await append(OMITTED);
    },
    async keep(name, text) {
      const path = join(env.RUNNER_TEMP ?? '.', 'kuiil', name);
      await localFiles.write(path, text);
      return path;
    },
  };
}

async function append(text: string): Promise<void> {
  await core.summary.addRaw(text).write();
}
