import type { Fleet, HostState } from '../../src/core/model/host-state.ts';

/** The fleet with one host's state replaced. */
export function changed(fleet: Fleet, state: HostState): Fleet {
  return new Map([...fleet].map(([host, before]) => [host, host === state.host ? state : before]));
}
