import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** `{contents: 'read'}`, the names as in a workflow's `permissions:`. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'none'>>;

/** Who a token speaks for: a person, who may what their role allows, or a job, which may what it was given. */
export type Bearer =
  | { readonly kind: 'person'; readonly login: string }
  | { readonly kind: 'job'; readonly permissions: Permissions };

const NEEDS = JSON.parse(readFileSync('test/github/operations.json', 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

export class Tokens {
  private readonly bearers = new Map<string, Bearer>();

  /** A token in GitHub's own form, so that the scanner for secrets knows one when it sees it. */
  mint(bearer: Bearer): string {
    const token = `${bearer.kind === 'job' ? 'ghs' : 'ghp'}_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, '0')}`;
    this.bearers.set(token, bearer);
    return token;
  }

  get all(): readonly string[] {
    return [...this.bearers.keys()];
  }

  bearer(authorization: string | undefined): Bearer | undefined {
    const [, token] = /^(?:token|bearer) (\S+)$/i.exec(authorization ?? '') ?? [];
    return token === undefined ? undefined : this.bearers.get(token);
  }
}

/** Whether a job's `permissions:` cover an operation. One of several that GitHub accepts is enough. */
export function isCovered(operation: string, permissions: Permissions): boolean {
  return (NEEDS[operation] ?? []).some((need) => {
    const [name, access] = need.split(': ') as [string, 'read' | 'write'];
    const given = name === 'metadata' ? 'read' : (permissions[name] ?? 'none');
    return given === 'write' || given === access;
  });
}
