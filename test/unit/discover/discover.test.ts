import { afterEach, describe, expect, it } from 'vitest';
import { clusterApi } from '../../../src/adapters/kubernetes/cluster-api.ts';
import { check } from '../../../src/app/check.ts';
import { compareCluster } from '../../../src/app/discover/compare-cluster.ts';
import { lookAtCluster } from '../../../src/app/discover/live-cluster.ts';
import { patchYaml } from '../../../src/core/edit/patch.ts';
import { FaultError } from '../../../src/core/model/fault.ts';
import type { Topology } from '../../../src/core/model/topology.ts';
import { ApiServer } from './api-server.ts';

const TOPOLOGY = `version: 1
name: homelab
wireguard: { subnet: 192.168.99.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 192.168.99.1 }
clusters:
  lab:   # the lab
    subnet: "192.168.100.0/24"
    podCIDR: 10.244.0.0/16 # pods
    serviceCIDR: 10.96.0.0/16
    nodes:
      master: { address: 192.168.100.100, tunnel: 192.168.99.10 } # by the window
      node[1-2]: 192.168.100.[101-102]

      # node9 comes next week
`;

const node = (name: string, ...addresses: readonly string[]) => ({
  metadata: { name },
  status: {
    addresses: [
      { type: 'Hostname', address: name },
      ...addresses.map((address) => ({ type: 'InternalIP', address })),
    ],
  },
});
const NODES = '/api/v1/nodes';
const KUBEADM = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config';
const SERVICES = '/apis/networking.k8s.io/v1/servicecidrs';

let server: ApiServer | undefined;
afterEach(async () => server?.stop());

async function look(answers: Readonly<Record<string, unknown>>) {
  server = await ApiServer.start(answers);
  return lookAtCluster(await clusterApi(server.kubeconfig()));
}

function topologyOf(text: string): Topology {
  const { value } = check({ topology: { file: 'topology.yaml', bytes: new TextEncoder().encode(text) } });
  if (!value) throw new Error('not valid');
  return value;
}

function written(text: string, name: string, live: Parameters<typeof compareCluster>[2]) {
  const found = compareCluster(topologyOf(text), name, live);
  const patched = patchYaml(text, { clusters: { [name]: found.patch } });
  if ('alias' in patched) throw new Error('an alias');
  return { ...found, text: patched.text };
}

const FULL = {
  [NODES]: {
    items: [
      node('master.lab.example.org', '192.168.100.99'),
      node('node1', '192.168.100.101'),
      node('node3', 'fd00::3', '192.168.100.103'),
    ],
  },
  [SERVICES]: { items: [{ spec: { cidrs: ['10.97.0.0/16', 'fd00:97::/112'] } }] },
  [KUBEADM]: {
    data: { ClusterConfiguration: 'networking:\n  podSubnet: 10.245.0.0/16\n  serviceSubnet: 10.1.0.0/16\n' },
  },
  '/apis/apps/v1/daemonsets': {
    items: [{ metadata: { name: 'kube-proxy' } }, { metadata: { name: 'cilium' } }],
  },
};

describe('a live cluster', () => {
  it('tells its nodes, ranges and CNI, and is only read', async () => {
    const live = await look(FULL);
    expect(live.nodes.map(({ name, addresses }) => [name, ...addresses.map(({ text }) => text)])).toEqual([
      ['master', '192.168.100.99'],
      ['node1', '192.168.100.101'],
      ['node3', '192.168.100.103', 'fd00::3'],
    ]);
    expect(live.services.map(({ text }) => text)).toEqual(['10.97.0.0/16', 'fd00:97::/112']);
    expect(live.pods.map(({ text }) => text)).toEqual(['10.245.0.0/16']);
    expect(live.cni).toBe('cilium');
    expect(server!.asked.every((each) => each.startsWith('GET '))).toBe(true);
  });

  it('is written into the topology, and everything else stays', async () => {
    const { text, notes } = written(TOPOLOGY, 'lab', await look(FULL));
    expect(text).toBe(
      TOPOLOGY.replace('10.244.0.0/16', '10.245.0.0/16')
        .replace('serviceCIDR: 10.96.0.0/16', "serviceCIDR: [10.97.0.0/16, 'fd00:97::/112']")
        .replace('192.168.100.100', '192.168.100.99')
        .replace('[101-102]\n', "[101-102]\n      node3: { address: [192.168.100.103, 'fd00::3'] }\n"),
    );
    expect(notes).toEqual([expect.stringContaining('lab/node2 is no node')]);
  });

  it('changes nothing when the topology is right', async () => {
    const live = await look({
      ...FULL,
      [NODES]: {
        items: [
          node('master', '192.168.100.100'),
          node('node1', '192.168.100.101'),
          node('node2', '192.168.100.102'),
        ],
      },
      [SERVICES]: { items: [{ spec: { cidrs: ['10.96.0.0/16'] } }] },
      [KUBEADM]: { data: { ClusterConfiguration: 'networking:\n  podSubnet: 10.244.0.0/16\n' } },
    });
    expect(written(TOPOLOGY, 'lab', live)).toEqual({ patch: {}, changes: [], notes: [], text: TOPOLOGY });
  });

  it('is added when it is new', async () => {
    const { text, notes } = written(
      TOPOLOGY,
      'rack',
      await look({ [NODES]: { items: [node('a', '10.7.0.5')] } }),
    );
    expect(text).toContain('  rack:\n    subnet: 10.7.0.0/24\n    nodes: { a: 10.7.0.5 }\n');
    expect(notes.join('\n')).toMatch(/guess[^]*podCIDR[^]*serviceCIDR[^]*tunnel/);
  });

  it('may answer anything', async () => {
    for (const nodes of [
      [],
      {},
      { items: 7 },
      { items: [null, {}, { metadata: { name: '../x' } }, node('$(id)', 'x')] },
    ]) {
      const live = await look({
        [NODES]: nodes,
        [SERVICES]: { items: [{ spec: { cidrs: [7, 'x', '10.0.0.1/8'] } }] },
      });
      expect(live).toEqual({ nodes: [], pods: [], services: [], cni: undefined });
      await server!.stop();
    }
  });
});

describe('a kubeconfig file', () => {
  const code = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (failed: unknown) => failed,
    );
    return error instanceof FaultError ? [error.fault.code, error.fault.cause] : ['none'];
  };

  it('is believed only as far as its authority goes', async () => {
    server = await ApiServer.start(FULL);
    const other = server.kubeconfig({ cluster: { 'certificate-authority': undefined } });
    const [kind, cause] = await code(clusterApi(other).then((api) => api.get(NODES)));
    expect(kind).toBe('kubernetes/unreachable');
    expect(cause).toMatch(/self-signed|certificate/);
    expect(server.asked).toEqual([]);
  });

  it('with a wrong token is refused, and the token is not told', async () => {
    server = await ApiServer.start(FULL);
    const file = server.kubeconfig({ user: { token: 'wrong-token' } });
    const [kind, cause] = await code(clusterApi(file).then((api) => api.get(NODES)));
    expect([kind, cause]).toEqual(['kubernetes/unreachable', expect.stringContaining('401')]);
    expect(cause).not.toContain('wrong-token');
  });

  it.each([
    ['runs another program', { user: { exec: { command: 'aws' } } }],
    ['checks no certificate', { cluster: { 'insecure-skip-tls-verify': true } }],
    ['has no https', { cluster: { server: 'http://127.0.0.1:1' } }],
    ['names a file that is not there', { user: { 'client-key': 'gone' } }],
  ])('that %s is refused before anything is asked', async (_, changes) => {
    server = await ApiServer.start(FULL);
    expect((await code(clusterApi(server.kubeconfig(changes))))[0]).toBe('kubernetes/kubeconfig');
    expect(server.asked).toEqual([]);
  });
});
