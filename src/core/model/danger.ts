import type { Place, Span } from './diagnostic.ts';

export const DANGER_CODES = [
  'host-key',
  'hub-endpoint',
  'hub-key',
  'interface-bounced',
  'last-path',
  'range-moved',
  'router-key',
  'ssh-address',
  'ssh-road',
  'tunnel-subnet',
] as const;

export type DangerCode = (typeof DANGER_CODES)[number];

/** A change that a person has to accept by name before it is deployed (docs/dangers.md). */
export interface Danger {
  readonly code: DangerCode;
  /** The host, cluster, prefix or interface that it is about. With the code it names the danger within a plan. */
  readonly subject: string;
  /** What will happen: one sentence, without a full stop. */
  readonly message: string;
  /** What comes of it and no release shows, since it is not on the hosts: the new SSH address, or host keys. */
  readonly unseen?: string;
}

/** A danger with the place in the new files that causes it. */
export interface CausedDanger extends Danger {
  readonly at: Place;
}

/** A danger with the line that causes it. */
export interface LocatedDanger extends Danger {
  readonly file: string;
  readonly span: Span;
}

/** The code of dangers that somebody accepts, and the beginning of the digest of the plan that they were seen in. */
export interface Acceptance {
  readonly code: DangerCode;
  /** Lower-case hexadecimal digits, `MIN_DIGEST` to 64 of them. */
  readonly digest: string;
}

/** 40 hexadecimal digits are 160 bits: no other plan can be made to begin with them. */
export const MIN_DIGEST = 40;

/** `CODE@PLAN-DIGEST`; a sentence about what is wrong with it where it has another form. */
export function parseAcceptance(text: string): Acceptance | string {
  const [, word = text, digest] = /^([^@]*)@(.*)$/s.exec(text) ?? [];
  const code = DANGER_CODES.find((each) => each === word);
  if (code === undefined) return `there is no danger of this code: the codes are ${DANGER_CODES.join(', ')}`;
  if (digest === undefined || !/^[0-9a-f]*$/.test(digest) || digest.length > 64)
    return 'it has no plan digest: write CODE@DIGEST, with the digest that the plan prints';
  if (digest.length < MIN_DIGEST)
    return `its digest has ${digest.length} hexadecimal digits: give at least the first ${MIN_DIGEST}`;
  return { code, digest };
}

export function isAccepted(danger: Danger, digest: string, acceptances: readonly Acceptance[]): boolean {
  return acceptances.some((each) => each.code === danger.code && digest.startsWith(each.digest));
}
