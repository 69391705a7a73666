/** What a login key may do on the hosts: deploy, or only look for drift. */
export type Role = 'deploy' | 'drift';

export const ROLES: readonly Role[] = ['deploy', 'drift'];

/** A login key of the deployer: where its private half is, and `TYPE BLOB` of the public one. */
export interface LoginKey {
  readonly file: string;
  readonly publicText: string;
}

/** The deployer's login keys on this machine; each is made when it is asked for the first time. */
export interface Keyring {
  /** Whether it was made on this machine. */
  has(role: Role): Promise<boolean>;
  current(role: Role): Promise<LoginKey>;
  /** The one that will take its place. */
  next(role: Role): Promise<LoginKey>;
  /** Puts the next one in the place of the current one, which is gone then. */
  promote(role: Role): Promise<void>;
}
