import type { RepositoryAdmin } from '../github-setup/ports.ts';
import type { Clock } from '../ports.ts';

export interface AppRequest {
  /** `repos/owner/name`. */
  readonly place: string;
  /** `https://…/github`. */
  readonly hook: string;
  /** Of the page on this machine; 0: any that is free. */
  readonly port: number;
  readonly file: string;
  /** `https://github.com`. */
  readonly server: string;
  /** Where its API is, when that is not github.com's. */
  readonly api?: string;
}

export interface AppPorts {
  readonly admin: Pick<RepositoryAdmin, 'read'>;
  readonly registry: Registry;
  readonly reserve: (path: string) => Promise<SecretFile>;
  readonly openDoor: OpenDoor;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Something that nobody can guess. */
  readonly secret: () => string;
  readonly say: (line: string) => void;
}

/** GitHub, as far as an App asks for itself. */
export interface Registry {
  /** What GitHub gives for the code of an App that was just made; undefined when it does not know the code. Throws a FaultError. */
  convert(code: string): Promise<unknown>;
  /** The number of the App's installation on a repository, `owner/name`; undefined when there is none. Throws a FaultError. */
  installation(app: AppKey, repository: string): Promise<number | undefined>;
}

export interface AppKey {
  readonly id: number;
  /** PKCS#8 in base64, without lines. */
  readonly privateKey: string;
}

/** A new file of this user's alone. */
export interface SecretFile {
  /** Writes the whole text, in place of what was written before. */
  write(text: string): Promise<void>;
  /** Takes the file away again. */
  discard(): Promise<void>;
}

/** What a browser on this machine asks of us. */
export interface Asked {
  /** The path with its query. */
  readonly target: string;
  /** Whom it believes to be talking to. */
  readonly host: string;
}

export type Page =
  | { readonly kind: 'page'; readonly status: 200 | 403 | 404 | 409 | 502; readonly html: string }
  | { readonly kind: 'go'; readonly to: string };

/** A page that is served to browsers of this machine alone. */
export interface Door {
  readonly port: number;
  /** Ends what is being answered first. */
  close(): Promise<void>;
}

/** Port 0: any that is free. */
export type OpenDoor = (port: number, answer: (asked: Asked) => Promise<Page>) => Promise<Door>;
