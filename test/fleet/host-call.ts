import { expect } from 'vitest';
import { release, type HostRelease } from '../../src/app/digest.ts';
import { check } from '../../src/app/check.ts';
import { compile } from '../../src/core/compile/compile.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { hostScript } from '../../src/remote/host-script.ts';
import { invoke } from '../../src/remote/invocation.ts';
import type { LabNetwork } from '../lab/lab.ts';

export interface HostCall {
  readonly verb: string;
  readonly args: readonly string[];
  readonly payload?: string;
}

/** Calls the host script on a host as the client does, without the client; fails unless it answers `= end 0`. */
export async function call(lab: LabNetwork, host: HostName, { verb, args, payload = '' }: HostCall) {
  const helper = { kind: 'sent', script: hostScript } as const;
  const { command, stdin } = invoke({ verb, args, payload, helper, user: 'root' });
  const { stdout, stderr } = await lab.exec(host, ['sh', '-c', command], { stdin, timeoutMs: 60_000 });
  expect(stdout, stderr).toMatch(/^= end 0$/m);
  return stdout;
}

/** What one host would be given for this topology. */
export function releaseFor(lab: LabNetwork, topology: string, host: HostName): HostRelease {
  const { value, diagnostics } = check({
    topology: { file: 'topology.yaml', bytes: Buffer.from(topology) },
    keys: { file: 'topology.keys.yaml', bytes: Buffer.from(lab.keysFile) },
  });
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return release(compile(value), value.wireguard.interface).hosts.get(host)!;
}
