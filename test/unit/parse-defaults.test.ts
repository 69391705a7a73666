import { describe, expect, it } from 'vitest';
import type { Node, Topology } from '../../src/core/model/topology.ts';
import { checkText, SOUND, sound } from './parse-inputs.ts';

function topologyOf(text: string, keys?: string): Topology {
  const { value, diagnostics } = checkText(text, keys);
  if (!value) throw new Error(JSON.stringify(diagnostics));
  return value;
}

function node(topology: Topology, name: string): Node {
  return topology.clusters.flatMap((cluster) => cluster.nodes).find((each) => each.name === name)!;
}

describe('what the file leaves out', () => {
  const topology = topologyOf(SOUND);

  it('has the defaults of WireGuard', () => {
    const { interface: name, port, mtu, keepalive } = topology.wireguard;
    expect({ name, port, mtu, keepalive }).toEqual({ name: 'wg0', port: 51820, mtu: 1420, keepalive: 25 });
  });

  it('is dialled as root: the hub directly, the router through the hub, other nodes through the router', () => {
    const ways = [topology.hub, ...topology.clusters[0]!.nodes].map(({ name, ssh }) => [name, ssh.via]);
    expect(ways).toEqual([
      ['hub', 'direct'],
      ['a/master', 'hub'],
      ['a/node1', 'a/master'],
    ]);
    expect(topology.hub.ssh).toMatchObject({ user: 'root', port: 22 });
  });

  it('leaves a host without keys pending', () => {
    expect(topology.hub.enrolment).toEqual({ hostKeys: [] });
  });
});

describe('what the file says', () => {
  it('reads an endpoint with and without a port, in every form', () => {
    const endpoints = ['203.0.113.1:443', 'hub.example.org', "'[2001:db8::1]'", "'[2001:DB8::1]:443'"].map(
      (endpoint) => {
        const { host, port } = topologyOf(sound(['203.0.113.1', endpoint])).hub.endpoint;
        return `${host} ${port}`;
      },
    );
    expect(endpoints).toEqual([
      '203.0.113.1 443',
      'hub.example.org 51820',
      '2001:db8::1 51820',
      '2001:db8::1 443',
    ]);
  });

  it('takes the port of the endpoint from wireguard.port when it names none', () => {
    expect(topologyOf(sound(['wireguard:', 'wireguard:\n  port: 4500'])).hub.endpoint.port).toBe(4500);
  });

  it('lets a host override its cluster, and the cluster the file', () => {
    const topology = topologyOf(
      sound(
        ['name: example', 'name: example\nssh: { user: ops, port: 2222 }'],
        ['    nodes:', '    ssh: { port: 22 }\n    nodes:'],
        ['10.1.0.11', '{ address: 10.1.0.11, ssh: { user: admin, host: node1.example.org, via: direct } }'],
      ),
    );
    expect(topology.hub.ssh).toMatchObject({ user: 'ops', port: 2222 });
    expect(node(topology, 'a/master').ssh).toMatchObject({ user: 'ops', port: 22 });
    expect(node(topology, 'a/node1').ssh).toMatchObject({
      user: 'admin',
      port: 22,
      host: 'node1.example.org',
      via: 'direct',
    });
  });

  it('reads a jump host by its short name in the same cluster', () => {
    const topology = topologyOf(
      sound([
        '      node1: 10.1.0.11',
        '      node1: 10.1.0.11\n      node2: { address: 10.1.0.12, ssh: { via: node1 } }',
      ]),
    );
    expect(node(topology, 'a/node2').ssh.via).toBe('a/node1');
  });

  it('has names that other tools would take for numbers and truth values, as they are written', () => {
    const topology = topologyOf(sound(['node1:', '010:'], ['  a:', '  true:']));
    expect(topology.clusters[0]!.nodes.map((each) => each.name)).toEqual(['true/010', 'true/master']);
  });

  it('has an object property as an ordinary name', () => {
    expect(node(topologyOf(sound(['node1:', 'constructor:'])), 'a/constructor').addresses).toHaveLength(1);
  });
});

describe('a name range', () => {
  it('keeps the zeros of names, counts each family in its own base, and stands at its entry', () => {
    const topology = topologyOf(
      sound(
        ['subnet: 192.168.99.0/24', "subnet: [192.168.99.0/24, 'fd00:99::/64']"],
        ['tunnel: 192.168.99.1\n', "tunnel: [192.168.99.1, 'fd00:99::1']\n"],
        ['subnet: 10.1.0.0/24', "subnet: [10.1.0.0/24, 'fd00:1::/64']"],
        [
          '{ address: 10.1.0.10, tunnel: 192.168.99.10 }',
          "{ address: [10.1.0.10, 'fd00:1::99'], tunnel: [192.168.99.10, 'fd00:99::10'] }",
        ],
        ['node1: 10.1.0.11', "w[08-11]: ['10.1.0.[98-101]', 'fd00:1::[e-11]']"],
      ),
    );
    const workers = topology.clusters[0]!.nodes.filter((each) => each.node.startsWith('w'));
    expect(workers.map((each) => [each.node, ...each.addresses.map(({ value }) => value.text)])).toEqual([
      ['w08', '10.1.0.98', 'fd00:1::e'],
      ['w09', '10.1.0.99', 'fd00:1::f'],
      ['w10', '10.1.0.100', 'fd00:1::10'],
      ['w11', '10.1.0.101', 'fd00:1::11'],
    ]);
    expect(new Set(workers.map((each) => each.at.path.join('/')))).toEqual(
      new Set(['clusters/a/nodes/w[08-11]']),
    );
  });

  it('gives every member a tunnel address and a slice of the pod range', () => {
    const topology = topologyOf(
      sound(
        ['    nodes:', '    router: master\n    nodes:'],
        [
          'node1: 10.1.0.11',
          "t[1-3]: { address: '10.1.0.[21-23]', tunnel: '192.168.99.[21-23]', podCIDR: '10.2.[1-3].0/24' }",
        ],
      ),
    );
    const last = node(topology, 'a/t3');
    expect([...last.tunnel, ...last.podCIDRs].map(({ value }) => value.text)).toEqual([
      '192.168.99.23',
      '10.2.3.0/24',
    ]);
  });
});

describe('the keys file', () => {
  const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

  it('enrols the hosts that it names', () => {
    const key = 'mBhCYzJ0rG1fJqfX7DkF4RzTq0l9pWm6n1cOeVZs3QA=';
    const { hub } = topologyOf(SOUND, `hub: { wireguard: "${key}", ssh: ["${ed25519} root@hub"] }\n`);
    expect(hub.enrolment.publicKey?.value).toBe(key);
    expect(hub.enrolment.hostKeys).toEqual([{ type: 'ssh-ed25519', blob: ed25519.split(' ')[1] }]);
  });

  it('may be empty', () => {
    expect(topologyOf(SOUND, '# Nobody is enrolled yet.\n').hub.enrolment.hostKeys).toEqual([]);
  });
});
