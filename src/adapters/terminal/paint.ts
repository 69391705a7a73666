import picocolors from 'picocolors';
import type { Paint } from '../../core/report/paint.ts';
import type { Output } from './world.ts';

/** Colours where a person looks; picocolors itself minds NO_COLOR and FORCE_COLOR. */
export function paint(output: Output): Paint {
  return picocolors.createColors(output.isTerminal && picocolors.isColorSupported);
}
