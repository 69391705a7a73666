import { parseHostName } from '../../src/core/model/name.ts';
import { sshHosts } from '../../src/adapters/ssh/hosts.ts';
import { CONTRACT_SCRIPT, hostsContract } from './hosts.contract.ts';
import { freePort, routeTo, Servers } from './ssh-servers.ts';

hostsContract('SSH hosts', async () => {
  const servers = new Servers();
  const [hub, node] = [await servers.start(), await servers.start()];
  const identity = { keys: [{ text: servers.privateKey(), source: 'test' }] };
  const hosts = sshHosts({ identity, script: CONTRACT_SCRIPT });
  const route = routeTo(hub);
  return {
    hosts,
    route,
    behind: routeTo(node, { host: parseHostName('cluster1/node1')!, via: route }),
    impostor: routeTo(hub, { hostKeys: [...node.keys.values()] }),
    nobody: routeTo(hub, { port: await freePort() }),
    stop: async () => {
      await hosts.close();
      await servers.stop();
    },
  };
});
