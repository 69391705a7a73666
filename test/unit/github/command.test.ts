import { describe, expect, it } from 'vitest';
import { COMMANDS, commandOf } from '../../../src/app/github/command.ts';
import { readEvent } from '../../../src/app/github/event.ts';

const SHA = 'a'.repeat(40);
const pull_request = { number: 7, head: { sha: SHA } };
const push = (ref: string) => ({ ref, before: SHA, after: SHA });

const auto = (name: string, payload: object) => commandOf('auto', readEvent({ name, payload }), 'main');

describe('the command `auto`', () => {
  it.each([
    ['pull_request', { pull_request }, 'plan'],
    ['pull_request_target', { pull_request }, 'plan'],
    ['merge_group', { merge_group: { base_sha: SHA, head_sha: SHA } }, 'plan'],
    ['push', push('refs/heads/main'), 'deploy'],
    ['schedule', {}, 'drift'],
    ['issue_comment', { issue: { number: 7 }, comment: { id: 1 } }, 'command'],
    ['workflow_dispatch', { ref: 'refs/heads/main', inputs: { command: 'rehearse' } }, 'rehearse'],
  ])('is for %s', (name, payload, command) => {
    expect(auto(name, payload)).toBe(command);
  });

  it.each([
    ['push', push('refs/heads/other')],
    ['push', push('refs/tags/main')],
    ['workflow_dispatch', { ref: 'refs/heads/main', inputs: {} }],
    ['workflow_dispatch', { ref: 'refs/heads/main', inputs: { command: 'auto' } }],
    ['workflow_dispatch', { ref: 'refs/heads/main', inputs: { command: 'rm' } }],
    ['release', {}],
  ])('is none for %s, and says what to write', (name, payload) => {
    expect(() => auto(name, payload)).toThrow(
      expect.objectContaining({ fault: expect.anything() as object }),
    );
  });
});

it('a command that is named does not go by the event', () => {
  for (const command of COMMANDS)
    expect(commandOf(command, readEvent({ name: 'schedule', payload: {} }), 'main')).toBe(command);
});

it.each([
  ['pull_request_target', { pull_request: { number: 7, head: { sha: 'refs/heads/main' } } }],
  ['pull_request', { pull_request: { number: '7', head: { sha: SHA } } }],
  ['push', { ref: 'refs/heads/main', before: SHA, after: '$(id)' }],
  ['issue_comment', { issue: { number: 7 }, comment: {} }],
  ['merge_group', {}],
])('a %s that lacks what it must have is refused', (name, payload) => {
  expect(() => readEvent({ name, payload })).toThrow(
    expect.objectContaining({ fault: expect.anything() as object }),
  );
});
