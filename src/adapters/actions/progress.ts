import * as core from '@actions/core';
import type { Clock, Progress } from '../../app/ports.ts';

/** The phases of a deployment: each has a group of its own in the log. */
const PHASES: readonly string[] = ['observe', 'stage', 'activate', 'verify', 'confirm', 'revert'];

/** A group a phase, and in it a line a step with the seconds since the beginning. */
export function progressGroups(clock: Clock, log: (line: string) => void): Progress & { end(): void } {
  const from = clock.now();
  let isOpen = false;
  const end = (): void => {
    if (isOpen) core.endGroup();
    isOpen = false;
  };
  return {
    step(message) {
      const seconds = `${((clock.now() - from) / 1000).toFixed(1).padStart(5)}s`;
      if (!PHASES.includes(message)) return log(`${seconds}  ${message}`);
      end();
      core.startGroup(`${seconds}  ${message}`);
      isOpen = true;
    },
    end,
  };
}
