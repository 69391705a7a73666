import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../app/ports.ts';

/** Monotonic: the wall clock may jump during a deployment. */
export const localClock: Clock = {
  now: () => Math.round(performance.now()),
  async wait(ms, signal) {
    await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
