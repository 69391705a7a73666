import { FaultError } from '../../core/model/fault.ts';
import { githubFault } from '../../app/github/fault.ts';

/** GitHub's status code; undefined when the error is none of its answers. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}

/** The answer to a request, or the fault that says what we wanted from GitHub and what it said. */
export async function asked<T>(what: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw faultOf(what, error);
  }
}

/** As `asked`; what is not there is undefined. */
export async function found<T>(what: string, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw faultOf(what, error);
  }
}

function faultOf(what: string, error: unknown): Error {
  const status = statusOf(error);
  if (error instanceof FaultError || status === undefined || !(error instanceof Error)) return asError(error);
  const isForbidden = status === 401 || status === 403 || status === 404;
  return githubFault({
    code: isForbidden ? 'github/forbidden' : 'github/request',
    step: what,
    cause: `GitHub answered ${status}: ${error.message.slice(0, 300)}`,
    hint: isForbidden
      ? 'give the job the permissions that the README lists for this command'
      : 'run the job again; https://www.githubstatus.com says whether GitHub is well',
  });
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
