import { compareText } from '../model/name.ts';
import { under } from '../model/place.ts';
import { type Cluster, hosts, type Topology } from '../model/topology.ts';
import { readCluster } from './cluster.ts';
import { readExpectations } from './expectations.ts';
import { type Budget, MAX_HOSTS } from './expand.ts';
import { readHub } from './hub.ts';
import { readIgnores } from './ignore.ts';
import { checkKeyOwners, type Keys } from './keys.ts';
import { checkName } from './name.ts';
import { entries, entry, type Report, type Spot, textAt } from './spot.ts';
import { readSshDefaults, SSH_DEFAULTS } from './ssh.ts';
import { readWireguard } from './wireguard.ts';

/** Everything of the topology that can be read; what cannot is reported and left out. */
export function readTopology(root: Spot, keys: Keys, report: Report): Topology {
  const name = textAt(entry(root, 'name'));
  if (name) checkName({ name: name.value, what: 'the network', at: name.at }, report);
  const wireguard = readWireguard(entry(root, 'wireguard'), report);
  const ssh = readSshDefaults(entry(root, 'ssh'), SSH_DEFAULTS, report);
  const hubSpot = entry(root, 'hub') ?? { value: undefined, at: under(root.at, 'hub') };
  const hub = readHub(hubSpot, { ssh, keys, port: wireguard.port }, report);
  const budget: Budget = { left: MAX_HOSTS };
  const clusters: Cluster[] = [];
  for (const [key, spot] of entries(entry(root, 'clusters'))) {
    const cluster = readCluster(key, spot, { ssh, keys, budget }, report);
    if (cluster) clusters.push(cluster);
  }
  clusters.sort((a, b) => compareText(a.name, b.name));
  const expectations = readExpectations(entry(root, 'expect'));
  const topology = { name: name?.value ?? '', wireguard, hub, clusters, expectations, ignore: [] };
  const ignored = entry(root, 'ignore');
  if (keys.size === 0 && !ignored) return topology;
  const names = new Set(hosts(topology).map((host) => host.name));
  if (keys.size > 0) checkKeyOwners(keys, names, report);
  return { ...topology, ignore: readIgnores(ignored, names, report) };
}
