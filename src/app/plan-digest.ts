import type { Danger } from '../core/model/danger.ts';
import { sha256 } from './digest.ts';

/** Counted up when the same topology renders other bytes: plans made before and after are different plans. */
export const RENDERER_VERSION = 1;

interface Named {
  /** Digest of the release that is left; absent when everything is new. */
  readonly from: string | undefined;
  readonly to: string;
  readonly dangers: readonly Danger[];
}

/**
 * sha256 in hex over from, to, the dangers and the renderer's version (docs/adr/0007): what was accepted cannot be carried
 * out from elsewhere, to elsewhere, or with a danger more.
 */
export function planDigest({ from, to, dangers }: Named): string {
  const findings = dangers.map(({ code, subject, unseen = '' }) => `${code} ${subject} ${unseen}`);
  return sha256(JSON.stringify({ from: from ?? null, to, findings, renderer: RENDERER_VERSION }));
}
