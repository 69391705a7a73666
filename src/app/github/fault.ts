import { FaultError, type FaultCode } from '../../core/model/fault.ts';

interface GithubFault {
  readonly code: Extract<FaultCode, `github/${string}`>;
  readonly step: string;
  readonly cause: string;
  readonly hint?: string;
}

/** Something wrong between us and GitHub; no host has been dialled because of it. */
export function githubFault(fault: GithubFault): FaultError {
  return new FaultError({ ...fault, stateNow: 'no host was changed by this run' });
}
