import { type KeyObject, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** `{contents: 'read'}`, the names as in a workflow's `permissions:`. */
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'none'>>;

/** Who a token speaks for: a person, who may what their role allows, or a job, which may what it was given. */
export type Bearer =
  | { readonly kind: 'person'; readonly login: string }
  | {
      readonly kind: 'job';
      readonly permissions: Permissions;
      /** An App's installation, instead of a job. */ readonly app?: string;
    }
  /** An App by its own key: it may ask for tokens of its installations, and nothing else. */
  | { readonly kind: 'app'; readonly slug: string };

/** A GitHub App that GitHub knows. */
export interface KnownApp {
  readonly id: number;
  readonly slug: string;
  readonly publicKey: KeyObject;
  readonly permissions: Permissions;
  /** The number of its installation on the repository, while it is installed there. */
  installation?: number;
}

const NEEDS = JSON.parse(readFileSync('test/github/operations.json', 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

export class Tokens {
  private readonly bearers = new Map<string, Bearer>();
  readonly apps: KnownApp[] = [];

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
    if (token === undefined) return undefined;
    return this.bearers.get(token) ?? this.appOf(token);
  }

  /** Who signed this, as GitHub wants it: RS256, by the App's key, for ten minutes at most. */
  private appOf(token: string): Bearer | undefined {
    const [head = '', claims = '', signature = ''] = token.split('.');
    const { iss, iat, exp } = parsed(claims);
    const app = this.apps.find(({ id }) => String(id) === String(iss));
    if (!app || parsed(head).alg !== 'RS256') return undefined;
    const bytes = Buffer.from(`${head}.${claims}`);
    if (!verify('sha256', bytes, app.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    const now = Date.now() / 1000;
    const isTimely = Number(iat) <= now + 60 && Number(exp) > now && Number(exp) - now <= 600;
    return isTimely ? { kind: 'app', slug: app.slug } : undefined;
  }
}

function parsed(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
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
