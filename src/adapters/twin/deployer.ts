import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { registryDirectory } from './registry.ts';
import { BASH } from './run.ts';

/** What to put before a command so that it runs where the deployer is, and knows the hub by its name if it has one. */
export function asDeployer({ id, topology, internet, deployerNamespace }: Layout): readonly string[] {
  const { endpoint, ssh } = topology.hub;
  const names = new Set([endpoint.address ? undefined : endpoint.host, ssh.host]);
  const hub = [...names].filter((name) => name !== undefined).map((name) => `${internet.hub.text} ${name}`);
  const file = join(registryDirectory(id), 'hosts');
  writeFileSync(file, ['127.0.0.1 localhost', '::1 localhost', ...hub, ''].join('\n'));
  return ['ip', 'netns', 'exec', deployerNamespace, ...BASH, WITH_NAMES, 'deployer', file];
}

// `ip netns exec` gives its command a mount namespace of its own, so these names show nowhere else.
const WITH_NAMES = 'set -eu; mount --bind "$1" /etc/hosts; shift; exec "$@"';
