import type { Clock, Progress } from '../ports.ts';

/** A repository's history and files, as data: nothing is checked out and nothing in it is run. */
export interface Contents {
  /** The commit that a branch points to. */
  tip(branch: string): Promise<string>;
  /** The commit that a reference such as `pull/7/merge` points to; undefined where there is none. */
  reference(name: string): Promise<string | undefined>;
  parents(commit: string): Promise<readonly string[]>;
  /** Whether `later` came from `commit`. A commit of a fork, which GitHub shows as well, is none of the repository's. */
  isAncestor(commit: string, later: string): Promise<boolean>;
  /** The entries of a folder by name, sorted; `''` is the root. Undefined where there is no such folder. */
  folder(commit: string, path: string): Promise<Folder | undefined>;
  /** The bytes of a file; its size has been looked at before. */
  blob(sha: string): Promise<Uint8Array>;
  /** The commits that changed a file, from `commit` backwards, the newest first, `limit` at most. */
  touching(path: string, commit: string, limit: number): Promise<readonly Dated[]>;
}

export interface Dated {
  readonly commit: string;
  /** When it was committed, as RFC 3339 in UTC: sorts as text. */
  readonly at: string;
}

export type Folder = ReadonlyMap<string, Entry>;

export interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'submodule';
  /** Names the content: equal where it is equal. */
  readonly sha: string;
  /** In bytes; of a file only. */
  readonly size: number;
}

export interface PullRequest {
  readonly number: number;
  readonly head: string;
  /** The branch that it is to be merged into. */
  readonly base: string;
  /** Undefined while GitHub has not found out. */
  readonly isMergeable: boolean | undefined;
  readonly isMerged: boolean;
  /** Merged or not: GitHub makes no test merge of it any more. */
  readonly isClosed?: boolean;
}

/** A comment on a pull request, with what says who stands behind it. */
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: { readonly login: string; readonly isPerson: boolean };
  /** The App that wrote it, or in whose name it was written. */
  readonly app: number | undefined;
  readonly isEdited: boolean;
  /** Minimized: somebody who may write found that it should not be read. */
  readonly isHidden: boolean;
}

export interface PullRequests {
  get(number: number): Promise<PullRequest>;
  /** The pull requests that a commit came with, of any branch, merged or not. */
  ofCommit(commit: string): Promise<readonly PullRequest[]>;
  /** All of them, the oldest first. */
  comments(number: number): Promise<readonly Comment[]>;
}

/** Who may do what, now. */
export interface Authority {
  mayWrite(login: string): Promise<boolean>;
}

export interface Comments {
  comments(number: number): Promise<readonly Comment[]>;
  create(number: number, body: string): Promise<void>;
  edit(id: number, body: string): Promise<void>;
}

/** An issue, with what says who stands behind it. */
export interface Issue {
  readonly number: number;
  readonly isOpen: boolean;
  readonly body: string;
  readonly author: Comment['author'];
  readonly app: number | undefined;
}

export interface Issues {
  /** Those with this label, open and closed, the oldest first. */
  labelled(label: string): Promise<readonly Issue[]>;
  create(issue: { readonly title: string; readonly body: string; readonly label: string }): Promise<void>;
  update(number: number, what: { readonly body: string; readonly isOpen: boolean }): Promise<void>;
  comment(number: number, body: string): Promise<void>;
}

/** A change to files whose content git has already. */
export interface Proposal {
  readonly branch: string;
  readonly base: string;
  /** The commit that it is made upon. */
  readonly tip: string;
  /** Without a `sha` the file goes. */
  readonly files: readonly { readonly path: string; readonly sha: string | undefined }[];
  readonly title: string;
  readonly message: string;
  readonly body: string;
}

/** What became of a proposal: a branch with the change, and a pull request where this job may open one. */
export interface Proposed {
  /** Undefined: the repository does not let workflows open pull requests. */
  readonly number: number | undefined;
  readonly head: string;
  /** Where people look at it, and open it themselves if need be. */
  readonly link: string;
}

export interface Proposals {
  /** One that is open from this branch already is left as it is. */
  propose(proposal: Proposal): Promise<Proposed>;
  /** Whether this branch was proposed before, or is there: what people closed is not to be opened again by itself. */
  isKnown(of: Pick<Proposal, 'branch' | 'base'>): Promise<boolean>;
  /** What is open into a branch, from branches of this repository. */
  open(base: string): Promise<readonly { readonly number: number; readonly branch: string }[]>;
  /** Closes one, and says why in a comment. */
  retire(number: number, why: string): Promise<void>;
}

/** A finding at its lines, as a check shows it. */
export interface Annotation {
  readonly path: string;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly startLine: number;
  readonly endLine: number;
  /** Only where it begins and ends on one line. */
  readonly columns?: readonly [start: number, end: number];
  readonly title: string;
  readonly message: string;
}

export interface Check {
  readonly name: string;
  readonly commit: string;
  readonly conclusion: 'success' | 'failure' | 'neutral';
  readonly title: string;
  /** Markdown, of at most `CHECK_BUDGET` bytes each. */
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly Annotation[];
}

export interface Written {
  /** The number of the App that we write as. */
  readonly app: number;
  /** The login of its bot, by which GitHub names it where it does not name the App. */
  readonly bot: string | undefined;
}

export interface Checks {
  /** Undefined where this job may not write. */
  create(check: Check): Promise<Written | undefined>;
}

/** What GitHub keeps of a deployment: a log for people, and never an input. */
export interface DeploymentRecord {
  readonly commit: string;
  readonly environment: string;
  readonly payload: object;
  readonly state: 'success' | 'failure' | 'error';
  /** At most 140 characters are kept. */
  readonly description: string;
}

export interface DeploymentLog {
  record(record: DeploymentRecord): Promise<void>;
}

/** The step that we are: its log, its summary, its annotations. Whatever is written here is made inert. */
export interface Step {
  /** Lines for the log. */
  log(text: string): void;
  /** What a deployment says while it runs, folded phase by phase. */
  progress(clock: Clock): Progress & { end(): void };
  /** Workflow commands that were made by us. */
  annotate(commands: string): void;
  warn(message: string): void;
  /** Markdown, behind what is there; what is over the limit is left out with a word about it. */
  summary(markdown: string): Promise<void>;
  /** Keeps a text in a file; answers its path. */
  keep(name: string, text: string): Promise<string>;
}

/** The address of this run, for people. */
export type RunLink = string;

/** What a command leaves behind for the jobs that come after it. Absent outputs are not set. */
export interface Outputs {
  readonly valid?: boolean;
  readonly changed?: boolean;
  readonly hostsChanged?: number;
  readonly risk?: Risk;
  readonly planDigest?: string;
  readonly release?: string;
  readonly reachable?: boolean;
  readonly drift?: boolean;
  readonly outcome: string;
  readonly report?: string;
  readonly record?: string;
}

export type Risk = 'none' | 'interrupts' | 'danger';

/** How a command ended. */
export interface Ended {
  readonly isFailure: boolean;
  /** One sentence without a full stop, for the last line of the log. */
  readonly message: string;
  readonly outputs: Outputs;
}
