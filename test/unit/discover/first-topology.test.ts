import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/adapters/local/process.ts';
import { clusterNames } from '../../../src/app/init/from-clusters.ts';
import { topologyOf } from '../../e2e/twin-example.ts';
import { ApiServer } from './api-server.ts';

const BUNDLE = resolve('dist/cli.js');
const PIN = '0123456789'.repeat(4);

let folder: string;
let servers: ApiServer[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kuiil-init-'))));
afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
  rmSync(folder, { recursive: true });
});

const node = (name: string, address: string, labels: Readonly<Record<string, string>> = {}) => ({
  metadata: { name, labels },
  status: {
    addresses: [address].flat().map((each) => ({ type: 'InternalIP', address: each })),
  },
});
const MASTER = { 'node-role.kubernetes.io/control-plane': '' };

/** A kubeadm cluster whose API runs, and its kubeconfig file. */
async function cluster(lan: string, pods: string, services: string): Promise<string> {
  const settings = `networking:\n  podSubnet: ${pods}\n  serviceSubnet: ${services}\n`;
  const server = await ApiServer.start({
    '/api/v1/nodes': {
      items: [
        node('a-worker', `${lan}.11`),
        node('master.example.org', `${lan}.10`, MASTER),
        node('w2', `${lan}.12`),
      ],
    },
    '/apis/networking.k8s.io/v1/servicecidrs': { items: [{ spec: { cidrs: [services] } }] },
    '/api/v1/namespaces/kube-system/configmaps/kubeadm-config': { data: { ClusterConfiguration: settings } },
    '/apis/apps/v1/daemonsets': { items: [{ metadata: { name: 'kube-flannel-ds' } }] },
  });
  servers.push(server);
  return server.kubeconfig();
}

/** The bundle, in an empty folder. */
async function init(...options: readonly string[]) {
  const inside = ['env', '-C', folder, process.execPath, BUNDLE, 'init', '--pin', PIN];
  return runProgram({ argv: [inside[0]!, ...inside.slice(1), ...options], stdin: '', timeoutMs: 60_000 });
}

const written = () => readFileSync(join(folder, 'topology.yaml'), 'utf8');

describe('kuiil init with live clusters', () => {
  it('writes the topology that they are, with a router each', async () => {
    const lab = await cluster('192.168.100', '10.244.0.0/16', '10.96.0.0/16');
    const rack = await cluster('192.168.7', '10.245.0.0/16', '10.97.0.0/16');
    const ended = await init(
      '--kubeconfig',
      `lab=${lab}`,
      '--kubeconfig',
      `rack=${rack}`,
      '--hub',
      'root@203.0.113.1',
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(written())
      .toBe(`# yaml-language-server: $schema=https://raw.githubusercontent.com/kuiil/action/${PIN}/schema/topology.schema.json
version: 1
name: homelab
wireguard: { subnet: 192.168.99.0/24 }
hub: { endpoint: 203.0.113.1, tunnel: 192.168.99.1 }
clusters:
  lab:
    subnet: 192.168.100.0/24
    podCIDR: 10.244.0.0/16
    serviceCIDR: 10.96.0.0/16
    nodes:
      a-worker: 192.168.100.11
      master: { address: 192.168.100.10, tunnel: 192.168.99.10 }
      w2: 192.168.100.12
  rack:
    subnet: 192.168.7.0/24
    podCIDR: 10.245.0.0/16
    serviceCIDR: 10.97.0.0/16
    nodes:
      a-worker: 192.168.7.11
      master: { address: 192.168.7.10, tunnel: 192.168.99.11 }
      w2: 192.168.7.12
`);
    expect(topologyOf(written()).clusters.map(({ name }) => name)).toEqual(['lab', 'rack']);
    expect(ended.stdout).toMatch(
      /lab: the subnet is a guess[^]*master routes[^]*rack: flannel: it needs nothing/,
    );
    expect(servers.flatMap(({ asked }) => asked).every((each) => each.startsWith('GET '))).toBe(true);
  });

  it('takes a tunnel subnet that is free, in every family that there is', async () => {
    const lab = await cluster('192.168.99', '10.99.0.0/16', 'fd00:99::/108');
    const ended = await init('--kubeconfig', `lab=${lab}`, '--hub', 'admin@vpn.example.org');
    expect(written(), ended.stderr).toContain("subnet: [192.168.199.0/24, 'fd00:199::/64']");
    expect(written()).toContain("tunnel: [192.168.199.10, 'fd00:199::a']");
    expect(written()).toMatch(/endpoint: vpn.example.org\n[^]*ssh: \{ user: admin \}/);
  });

  it('says what is wrong with them, and leaves the file for whoever mends it', async () => {
    const lab = await cluster('192.168.100', '10.244.0.0/16', '10.96.0.0/16');
    const ended = await init('--kubeconfig', `a=${lab}`, '--kubeconfig', `b=${lab}`, '--hub', '203.0.113.1');
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('net/cidr-overlap')]);
    expect(written()).toContain('  b:\n');
  });

  it('asks no cluster when there is a topology, or when half of it is missing', async () => {
    const lab = await cluster('192.168.100', '10.244.0.0/16', '10.96.0.0/16');
    for (const options of [
      ['--kubeconfig', lab],
      ['--hub', 'root@203.0.113.1'],
      ['--kubeconfig', lab, '--hub', 'root@203.0.113.1; id'],
    ])
      expect((await init(...options)).code).toBe(2);
    expect((await init()).code).toBe(0);
    const ended = await init('--kubeconfig', lab, '--hub', 'root@203.0.113.1');
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('kuiil discover')]);
    expect(servers[0]!.asked).toEqual([]);
  });

  it('calls clusters as their files do, where that says something', () => {
    expect(clusterNames(['lab', 'Rack 7', 'kubernetes', undefined, 'lab', 'hub', '../x'])).toEqual([
      'lab',
      'rack-7',
      'cluster3',
      'cluster4',
      'cluster5',
      'cluster6',
      'cluster7',
    ]);
  });

  it('is not in the bundle of the Action, which has no business with a cluster', () => {
    expect(readFileSync(BUNDLE, 'utf8')).toContain('kubernetes/kubeconfig');
    for (const bundle of ['action', 'webhook'])
      expect(readFileSync(`dist/${bundle}.js`, 'utf8')).not.toContain('kubernetes/kubeconfig');
  });
});
