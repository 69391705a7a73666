import type { KnownHosts } from '../../app/known-hosts.ts';
import type { ClusterApi } from '../../app/discover/api.ts';
import type { OpenDoor, Registry, SecretFile } from '../../app/github-app/ports.ts';
import type { RepositoryAdmin } from '../../app/github-setup/ports.ts';
import type { Keyring } from '../../app/enrol/keyring.ts';
import type { Clock, Connect, Hosts } from '../../app/ports.ts';
import type { TwinHost } from '../../app/rehearse.ts';
import type { HostName } from '../../core/model/name.ts';

/** Everything that the command line reaches outside of itself; made once, in `entry/cli.ts`. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly files: Files;
  readonly clock: Clock;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** `VERSION (COMMIT)`. */
  readonly version: string;
  /** Who runs this, for the lock that others are shown. */
  readonly who: string;
  /** Makes SSH connections with this identity. */
  readonly connect: (login: Login) => Promise<Connect>;
  /** The hosts by this user's own OpenSSH. */
  readonly ownSsh: (options: OwnSsh) => Hosts;
  /** The deployer's login keys for a network. */
  readonly keyring: (network: string) => Keyring;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** The API of a live cluster, as a kubeconfig file says; loaded when it is asked for. */
  readonly cluster: (kubeconfig: string) => Promise<ClusterApi>;
  /** GitHub as this user, by their own `gh`. */
  readonly admin: RepositoryAdmin;
  /** What makes a GitHub App, at this address of GitHub's API; loaded when it is asked for. */
  readonly githubApp: (api: string | undefined) => Promise<AppDoors>;
  /** Where this user's files for all networks are. */
  readonly configFolder: string;
  /** Serves the webhook, as an environment says, until it is stopped. */
  readonly webhook: (options: WebhookOptions) => Promise<Served>;
  /** A file of a git repository as it was at a commit. */
  readonly readAtCommit: (commit: string, file: string) => Promise<Uint8Array | undefined>;
  /** Reads a `known_hosts` file. */
  readonly knownHosts: (text: string) => KnownHosts;
  /** Brings twins up on this machine; asked for only by `rehearse`. */
  readonly twin: () => Promise<TwinHost>;
  /** The commit that a tag of the Action's repository is on; undefined when GitHub does not say. */
  readonly release: (tag: string) => Promise<string | undefined>;
  /** `YYYY-MM-DD`, in UTC. */
  readonly today: () => string;
  /** A new name for a transaction. */
  readonly transaction: () => string;
}

/** This machine's side of making an App. */
export interface AppDoors {
  readonly registry: Registry;
  readonly openDoor: OpenDoor;
  readonly reserve: (path: string) => Promise<SecretFile>;
  /** Something that nobody can guess. */
  readonly secret: () => string;
}

export interface WebhookOptions {
  readonly env: World['env'];
  readonly port: number;
  readonly host: string;
}

/** A server that runs. */
export interface Served {
  readonly port: number;
  stop(): Promise<void>;
}

export interface Output {
  readonly isTerminal: boolean;
  write(text: string): void;
}

export interface Files {
  /** Undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Makes the folders above it too. */
  write(path: string, text: string, mode?: number): Promise<void>;
}

/** Where the SSH identity comes from: a file, else `KUIIL_SSH_KEY`, else the agent. */
export interface Login {
  readonly identityFile?: string;
  /** Pins the host keys that the keys file does not. */
  readonly knownHostsFile?: string;
}

/** What this user's `ssh` is told. */
export interface OwnSsh {
  /** By host: a name in ~/.ssh/config, or `user@address`, instead of the topology's address. */
  readonly targets: ReadonlyMap<HostName, string>;
  /** Logs in as somebody else than the topology says. */
  readonly user?: string;
}
