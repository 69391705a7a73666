import type { Change } from '../model/change.ts';
import type { Interruption } from '../model/plan.ts';
import { effects } from './effects.ts';

/**
 * What in these changes of one host cannot be made without losing packets, and about how long it lasts. The figures
 * were measured on hosts with flows through them (docs/interruptions.md).
 */
export function interruptions(changes: readonly Change[]): readonly Interruption[] {
  const found = changes.flatMap((change) => interruption(change) ?? []);
  const moved = effects(changes).has('move') && found.length === 0 && changes.some(isRangeChange);
  const all = moved ? [...found, RANGE_MOVED] : found;
  return all.filter((each, i) => all.findIndex((other) => other.code === each.code) === i);
}

const RANGE_MOVED: Interruption = {
  code: 'range-moved',
  message: 'a range changes its peer or next hop: packets to it are lost for up to 0.1 s',
};

function isRangeChange(change: Change): boolean {
  return change.kind === 'route-added' || change.kind === 'peer-changed' || change.kind === 'peer-added';
}

function interruption(change: Change): Interruption | undefined {
  switch (change.kind) {
    case 'interface-renamed':
      return {
        code: 'interface-bounced',
        message: `the interface ${change.before} goes down and ${change.after} comes up: tunnel traffic stops for up to 0.5 s`,
      };
    case 'port-changed':
      return {
        code: 'port-changed',
        message: `the WireGuard port changes from ${change.before} to ${change.after}: traffic stops until both sides have it, up to 0.5 s`,
      };
    case 'public-key-changed':
      return {
        code: 'public-key-changed',
        message: 'the WireGuard key changes: traffic stops until the next handshake, up to 0.5 s',
      };
    case 'address-removed':
      return {
        code: 'tunnel-address-changed',
        message: `the tunnel address ${change.address.text} goes: connections bound to it end`,
      };
    case 'peer-changed':
      return change.before.endpoint === change.after.endpoint || change.after.endpoint === undefined
        ? undefined
        : {
            code: 'endpoint-changed',
            message: `the endpoint of ${change.after.name} changes to ${change.after.endpoint}: traffic stops until the next handshake, up to 0.5 s`,
          };
    default:
      return undefined;
  }
}
