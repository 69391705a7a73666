import { expect } from 'vitest';
import type { Answer, Call, Hosts, Route } from '../../src/app/ports.ts';
import { FaultError, type Fault } from '../../src/core/model/fault.ts';

/** One call over a connection of its own. */
export async function ask(
  hosts: Hosts,
  route: Route,
  verb: string,
  call: Partial<Call> = {},
): Promise<Answer> {
  const session = await hosts.open(route);
  try {
    return await session.call({ verb, args: [], payload: '', timeoutMs: 10_000, ...call });
  } finally {
    session.close();
  }
}

/** The fault that something ends with; fails the test when it ends well. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => 'it went well',
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(FaultError);
  if (!(error instanceof FaultError)) throw error;
  return error.fault;
}
