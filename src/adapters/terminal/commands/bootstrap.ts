import { bootstrap } from '../../../app/enrol/bootstrap.ts';
import type { HostName } from '../../../core/model/name.ts';
import { hosts, type Topology } from '../../../core/model/topology.ts';
import { cloudConfig } from '../../../remote/bootstrap-script.ts';
import { hostScript } from '../../../remote/host-script.ts';
import { loginKeys, type LoginKeyFiles } from '../login-keys.ts';
import { UsageError } from '../options.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

export interface BootstrapOptions extends LoginKeyFiles {
  readonly host: HostName;
  readonly cloudInit: boolean;
}

/** The script that lets one host in, printed. */
export async function bootstrapped(
  world: World,
  topology: Topology,
  { host, cloudInit, ...files }: BootstrapOptions,
): Promise<Result> {
  if (!hosts(topology).some(({ name }) => name === host))
    throw new UsageError(`there is no host ${host} in this topology`);
  const pins = await loginKeys(world, topology, files);
  const script = bootstrap({ topology, host, pins, helper: hostScript });
  const text = cloudInit ? cloudConfig(script) : script;
  return { exit: 0, text: () => text, json: () => ({ kuiil: 1, kind: 'bootstrap', host, script: text }) };
}
