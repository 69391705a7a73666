import { describe, expect, test } from 'vitest';
import type { Route } from '../../src/app/ports.ts';
import { callFault, dialFault } from '../../src/adapters/ssh/faults.ts';
import type { CallFailure, DialFailure } from '../../src/adapters/ssh/failure.ts';
import { HUB } from '../../src/core/model/name.ts';

const EVIL = `\u001b[31mred\u202e\n${'A'.repeat(10_000)}`;
const key = {
  type: 'ssh-ed25519',
  blob: 'AAAAC3NzaC1lZDI1NTE5AAAAIJ9QkR0vXGZ1Gk0Y1bV0Jx2f5h1v3m7b8Q2x9w4e6r8t',
};
const route: Route = { host: HUB, address: 'hub.example', port: 22, user: 'root', hostKeys: [key] };

const dialFailures: DialFailure[] = [
  { kind: 'network', errno: 'ECONNREFUSED' },
  { kind: 'network', errno: 'ENOTFOUND' },
  { kind: 'network', errno: EVIL },
  { kind: 'timeout', waitedFor: 'connection', ms: 15_000 },
  { kind: 'timeout', waitedFor: 'login', ms: 300 },
  { kind: 'closed', said: EVIL },
  { kind: 'nothing-pinned' },
  { kind: 'host-key', presented: { type: EVIL, blob: key.blob } },
  { kind: 'host-key-type' },
  { kind: 'authentication', offered: [], accepted: [] },
  { kind: 'authentication', offered: ['ssh-ed25519 SHA256:x'], accepted: [EVIL, 'password'] },
  { kind: 'forward', via: HUB, prohibited: true, said: EVIL },
  { kind: 'forward', via: HUB, prohibited: false, said: EVIL },
  { kind: 'jump-lost', via: HUB, said: EVIL },
  { kind: 'jump', via: HUB, fault: dialFault(route, { kind: 'host-key-type' }) },
  { kind: 'protocol', said: EVIL },
  { kind: 'ended' },
];

const callFailures: CallFailure[] = [
  { kind: 'lost', said: EVIL },
  { kind: 'lost' },
  { kind: 'timeout', ms: 60_000 },
  { kind: 'too-large', limit: 8 },
  { kind: 'signal', signal: EVIL },
  { kind: 'refused', said: EVIL },
];

describe('every fault', () => {
  const call = { host: HUB, verb: 'stage', command: EVIL, stderr: `${EVIL}\n`.repeat(50) };
  const faults = [
    ...dialFailures.map((failure) => dialFault(route, failure)),
    ...callFailures.map((failure) => callFault({ ...call, failure })),
  ];

  test('escapes and bounds what came from outside', () => {
    for (const fault of faults) {
      expect(JSON.stringify(fault)).not.toMatch(/\\u001b|\u202e/);
      expect(JSON.stringify(fault).length).toBeLessThan(3_000);
    }
  });

  test('has one sentence without a full stop as its cause, and says what is true now', () => {
    for (const { cause, hint = 'none', stateNow } of faults) {
      expect(cause).not.toMatch(/[\n]|\.$/);
      expect(cause).toMatch(/^[a-z`]/);
      expect(hint).not.toMatch(/[\n]|\.$/);
      expect(stateNow).not.toBe('');
    }
  });
});
