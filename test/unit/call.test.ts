import { describe, expect, it } from 'vitest';
import { ask } from '../../src/app/call.ts';
import type { Answer } from '../../src/app/ports.ts';
import { FaultError, type Fault } from '../../src/core/model/fault.ts';
import { HUB } from '../../src/core/model/name.ts';

async function faultOf(answer: Partial<Answer>): Promise<Fault | undefined> {
  const call = async (): Promise<Answer> => ({ stdout: '', stderr: '', exitCode: 1, ...answer });
  const session = { host: HUB, close: () => undefined, call };
  try {
    await ask(session, { verb: 'stage', timeoutMs: 1 });
    return undefined;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
}

describe('a host that answers nothing', () => {
  // sudo 1.9.13, and dash and bash without it.
  it.each([
    'sudo: a password is required\n',
    'sudo: a terminal is required to read the password; either use the -S option to read from standard input\n',
    'sh: 1: sudo: not found\n',
    'bash: line 1: sudo: command not found\n',
  ])('because we cannot become root there is not ready, and unchanged: %j', async (stderr) => {
    expect(await faultOf({ stderr })).toMatchObject({ code: 'host/preflight', stateNow: 'unchanged' });
  });

  it('for another reason answers wrongly', async () => {
    expect(await faultOf({ stderr: 'Killed\n' })).toMatchObject({ code: 'host/answer-malformed' });
  });
});

it('what sudo says beside an answer is no fault', async () => {
  const stderr = 'sudo: unable to resolve host node1: Name or service not known\n';
  expect(await faultOf({ stdout: 'kuiil 2 stage\n= end 0\n', stderr, exitCode: 0 })).toBeUndefined();
});
