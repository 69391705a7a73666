import type { Clock, Progress } from '../../app/ports.ts';
import type { Output } from './world.ts';

/** On a terminal one line that is written over; elsewhere a line a step, so that a log can be read afterwards. */
export function progress(output: Output, clock: Clock): Progress & { end(): void } {
  const from = clock.now();
  let open = false;
  return {
    step(message) {
      const seconds = ((clock.now() - from) / 1000).toFixed(1).padStart(5);
      if (output.isTerminal) output.write(`\r\u001b[K${seconds}s  ${message}`);
      else output.write(`${seconds}s  ${message}\n`);
      open = output.isTerminal;
    },
    end() {
      if (open) output.write('\r\u001b[K');
      open = false;
    },
  };
}
