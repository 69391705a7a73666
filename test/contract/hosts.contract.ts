import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Hosts, Route } from '../../src/app/ports.ts';
import { ask, faultOf } from './asking.ts';

/** One implementation of the port, with hosts that run CONTRACT_SCRIPT. */
export interface Subject {
  readonly hosts: Hosts;
  /** A host that lets us in. */
  readonly route: Route;
  /** Another one, reached through the first. */
  readonly behind: Route;
  /** The first host again, but with another key pinned for it. */
  readonly impostor: Route;
  /** Nothing listens there. */
  readonly nobody: Route;
  stop(): Promise<void>;
}

/** Stands in for kuiil-host: each verb does one thing that a host may do to us. */
export const CONTRACT_SCRIPT = `#!/bin/bash
case "$1" in
  echo) shift; printf '%s\\n' "$@"; cat ;;
  exit) cat >/dev/null; echo out; echo complaint >&2; exit "$2" ;;
  hang) echo waiting >&2; sleep 5 ;;
  flood) head -c "$2" /dev/zero | tr '\\0' x ;;
  die) kill -9 $$ ;;
esac
`;

const TRICKY = `line\n'quotes' "and" $(date) \`id\` \\ \t é 漢字 🦊\nno newline at the end`;

/** What everything that goes through the port `Hosts` may rely on. */
export function hostsContract(name: string, start: () => Promise<Subject>): void {
  describe(`${name} keep the contract of hosts`, () => {
    let subject: Subject;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(async () => subject.stop());

    test('hand over arguments and payload, byte for byte', async () => {
      const args = ['a', 'fd00::1/64', 'k=v'];
      const answer = await ask(subject.hosts, subject.route, 'echo', { args, payload: TRICKY });
      expect(answer).toEqual({ stdout: `a\nfd00::1/64\nk=v\n${TRICKY}`, stderr: '', exitCode: 0 });
    });

    test('resolve for every exit code, with both outputs', async () => {
      for (const code of [0, 1, 6, 127, 255]) {
        const answer = await ask(subject.hosts, subject.route, 'exit', { args: [String(code)] });
        expect(answer).toEqual({ stdout: 'out\n', stderr: 'complaint\n', exitCode: code });
      }
    });

    test('answer several calls on one session, also at once', async () => {
      const session = await subject.hosts.open(subject.route);
      const call = (word: string) =>
        session.call({ verb: 'echo', args: [word], payload: '', timeoutMs: 10_000 });
      expect((await call('first')).stdout).toBe('first\n');
      const answers = await Promise.all(['a', 'b', 'c'].map(call));
      expect(answers.map(({ stdout }) => stdout)).toEqual(['a\n', 'b\n', 'c\n']);
      expect(session.host).toBe(subject.route.host);
      session.close();
    });

    test('reach a host behind another', async () => {
      const answer = await ask(subject.hosts, subject.behind, 'echo', { args: ['hello'] });
      expect(answer.stdout).toBe('hello\n');
    });

    test('refuse a host that shows another key than the pinned one', async () => {
      const fault = await faultOf(subject.hosts.open(subject.impostor));
      expect(fault).toMatchObject({
        code: 'ssh/host-key-changed',
        host: subject.impostor.host,
        step: 'connect',
      });
    });

    test('say that nobody listens', async () => {
      const fault = await faultOf(subject.hosts.open(subject.nobody));
      expect(fault).toMatchObject({ code: 'ssh/unreachable', host: subject.nobody.host, step: 'connect' });
    });

    test('give up on a command that does not end in time', async () => {
      const fault = await faultOf(ask(subject.hosts, subject.route, 'hang', { timeoutMs: 300 }));
      expect(fault).toMatchObject({ code: 'ssh/timeout', host: subject.route.host, step: 'hang' });
      expect(fault.stateNow).toContain('not known');
    });

    test('refuse an answer that is too large', async () => {
      const args = [String(8 * 1024 * 1024 + 1)];
      const fault = await faultOf(ask(subject.hosts, subject.route, 'flood', { args }));
      expect(fault).toMatchObject({ code: 'host/answer-too-large', step: 'flood' });
    });

    test('do not take a command that a signal ended for one that exited', async () => {
      const fault = await faultOf(ask(subject.hosts, subject.route, 'die'));
      expect(fault).toMatchObject({ code: 'host/command-failed', step: 'die', command: 'kuiil-host die' });
    });

    test('end a call when its session is closed', async () => {
      const session = await subject.hosts.open(subject.route);
      const calling = faultOf(session.call({ verb: 'hang', args: [], payload: '', timeoutMs: 4_000 }));
      session.close();
      expect((await calling).code).toBe('ssh/connection-lost');
    });
  });
}
