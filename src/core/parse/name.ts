import { finding } from '../codes/finding.ts';
import type { Place } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import type { Report } from './spot.ts';

// RFC 1123, section 2.1, in lower case as Kubernetes has it.
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Words that the command line and `ssh.via` use for something else than a host. */
const RESERVED: readonly string[] = ['hub', 'direct', 'all', 'none'];

export interface NameClaim {
  readonly name: string;
  /** What is named, in words. */
  readonly what: string;
  readonly at: Place;
}

/** Whether a name can be used; reports why not. */
export function checkName({ name, what, at }: NameClaim, report: Report): boolean {
  if (!LABEL.test(name)) {
    report(
      finding('name/not-a-label', {
        at,
        message: `${quote(name)} cannot name ${what}: expected a DNS label`,
        hint: labelHint(name),
      }),
    );
    return false;
  }
  return true;
}

/** As `checkName`, for clusters and nodes: some words mean something else where hosts are named. */
export function checkHostName(claim: NameClaim, report: Report): boolean {
  if (!checkName(claim, report)) return false;
  if (!RESERVED.includes(claim.name)) return true;
  report(
    finding('name/reserved', {
      at: claim.at,
      message: `${quote(claim.name)} is a reserved word and cannot name ${claim.what}`,
      hint: `choose another name than ${RESERVED.map((word) => `\`${word}\``).join(', ')}`,
    }),
  );
  return false;
}

function labelHint(name: string): string {
  if (name === '<<') return 'write the entries out: merge keys have no meaning in YAML 1.2';
  const candidate = name
    .toLowerCase()
    .replaceAll(/[_. ]/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (candidate !== name && LABEL.test(candidate)) return `write \`${candidate}\``;
  return 'use 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit';
}
