import { FaultError } from '../../core/model/fault.ts';
import type { Connect } from '../../app/ports.ts';
import { hostScript } from '../../remote/host-script.ts';
import { sshHosts } from './hosts.ts';

/** Connections with a key that stays in memory. */
export function connectWith(
  key: { readonly text: string; readonly passphrase?: string } | undefined,
): Connect {
  if (!key) {
    throw new FaultError({
      code: 'ssh/no-identity',
      step: 'connect',
      cause: 'the input ssh-key is empty',
      hint: 'put the private key into a secret of the environment, and name the environment in the job',
      stateNow: 'no host was dialled',
    });
  }
  const identity = { keys: [{ ...key, source: 'the input ssh-key' }] };
  return () => sshHosts({ identity, script: hostScript });
}
