import { createHash } from 'node:crypto';
import type { Fleet } from '../core/model/host-state.ts';
import type { HostName } from '../core/model/name.ts';
import { renderRelease } from '../core/render/release.ts';

/** One host's part of a release: the text that it keeps, and the sha256 in hex that names it. */
export interface HostRelease {
  readonly text: string;
  readonly digest: string;
}

export interface Release {
  /** sha256 in hex over the lines `HOST DIGEST`, in the fleet's order. */
  readonly digest: string;
  readonly hosts: ReadonlyMap<HostName, HostRelease>;
}

export function release(fleet: Fleet, interfaceName: string): Release {
  const hosts = new Map(
    [...fleet].map(([host, state]): [HostName, HostRelease] => {
      const text = renderRelease(state, interfaceName);
      return [host, { text, digest: sha256(text) }];
    }),
  );
  return releaseOf(hosts);
}

/** The release that these hosts' parts make. In the fleet's order. */
export function releaseOf(hosts: Release['hosts']): Release {
  return { digest: sha256(fleetLines(hosts)), hosts };
}

/** The lines `HOST DIGEST` by which the hub remembers who was confirmed on what. */
export function fleetLines(hosts: ReadonlyMap<string, { readonly digest: string }>): string {
  return [...hosts].map(([host, { digest }]) => `${host} ${digest}\n`).join('');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
