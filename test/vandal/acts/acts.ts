import type { Act } from './act.ts';
import { BOOT, UNITS } from './boot.ts';
import { ROUTES } from './routes.ts';
import { FORWARDING, RULES } from './rules.ts';
import { INTERFACE, KEY, PEERS } from './tunnel.ts';

/** What breaks on hosts with and without systemd. */
export const ACTS: readonly Act[] = [
  ...INTERFACE,
  ...PEERS,
  ...RULES,
  ...ROUTES,
  ...FORWARDING,
  ...BOOT,
  ...KEY,
];

/** What only systemd has. */
export const SYSTEMD_ACTS: readonly Act[] = UNITS;
