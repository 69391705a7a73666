import type { Step } from '../../app/github/ports.ts';

/** Where no runner shows anything: lines go to the log, and everything else is in the check and the comment already. */
export function quietStep(log: (line: string) => void): Step {
  return {
    log,
    progress: () => ({ step: () => undefined, end: () => undefined }),
    annotate: () => undefined,
    warn: log,
    summary: async () => undefined,
    keep: async () => '',
  };
}
