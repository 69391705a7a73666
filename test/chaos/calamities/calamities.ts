import type { Calamity } from '../scene.ts';
import { deadEndpoint, wrongKey } from './broken.ts';
import { firewallSsh, routeAway } from './locked-out.ts';
import { blockPort, cutHub, cutRouter, killSessions, loseConfirmation, loseDecision } from './cut.ts';
import { diskFull } from './full.ts';
import { interrupt, kill, killAfterCommit, killAndReboot, killAtPhase } from './killed.ts';
import { reboot, rebootHub } from './rebooted.ts';
import { rivals } from './rivals.ts';
import { cutRoute, cutSsh } from './vandalised.ts';

/** By kind, in the order in which the seeds go through them. */
export const CALAMITIES: ReadonlyMap<string, Calamity> = new Map([
  ['kill', kill],
  ['kill-at-phase', killAtPhase],
  ['kill-after-commit', killAfterCommit],
  ['interrupt', interrupt],
  ['cut-hub', cutHub],
  ['cut-router', cutRouter],
  ['kill-sessions', killSessions],
  ['lose-confirmation', loseConfirmation],
  ['lose-decision', loseDecision],
  ['reboot', reboot],
  ['reboot-hub', rebootHub],
  ['kill-and-reboot', killAndReboot],
  ['disk-full', diskFull],
  ['rivals', rivals],
  ['dead-endpoint', deadEndpoint],
  ['wrong-key', wrongKey],
  ['block-port', blockPort],
  ['cut-ssh', cutSsh],
  ['cut-route', cutRoute],
  ['firewall-ssh', firewallSsh],
  ['route-away', routeAway],
]);
