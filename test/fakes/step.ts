import type { Step } from '../../src/app/github/ports.ts';

/** A step of a workflow that nobody reads. */
export const SILENT_STEP: Step = {
  log: () => undefined,
  progress: () => ({ step: () => undefined, end: () => undefined }),
  annotate: () => undefined,
  warn: () => undefined,
  summary: () => Promise.resolve(),
  keep: (name) => Promise.resolve(name),
};
