import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../src/adapters/twin/run.ts';

interface Setting {
  readonly folder: string;
  /** Addresses by host name. */
  readonly dialled: ReadonlyMap<string, string>;
  /** Options of ssh. */
  readonly plain: string;
  readonly key: string;
  readonly topologies: Readonly<Record<'a' | 'b', string>>;
}

interface Ansible {
  playbook(which: 'a' | 'b'): readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A playbook that writes the files that Kuiil renders, and loads them where they changed, as an admin would by hand. */
const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - name: folders
      ansible.builtin.file: { path: /etc/kuiil, state: directory }
    - name: routes
      ansible.builtin.copy: { src: "{{ tree }}/{{ inventory_hostname }}/etc/kuiil/routes", dest: /etc/kuiil-ansible-routes }
      register: routes
    - name: the tunnel
      ansible.builtin.copy: { src: "{{ tree }}/{{ inventory_hostname }}/etc/wireguard/wg0.conf", dest: /etc/kuiil-ansible-wg0.conf, mode: "0600" }
      when: tunnel is defined
    - name: rules
      ansible.builtin.copy: { src: "{{ tree }}/{{ inventory_hostname }}/etc/kuiil/iptables.rules", dest: /etc/kuiil-ansible-rules }
      when: tunnel is defined
    - name: load the routes
      ansible.builtin.command: ip -batch /etc/kuiil-ansible-routes
      when: routes is changed
    - name: load the tunnel
      ansible.builtin.shell: wg syncconf wg0 <(wg-quick strip /etc/kuiil-ansible-wg0.conf; echo) || true
      args: { executable: /bin/bash }
      when: tunnel is defined and routes is changed
`;

export async function ansibleFiles({ folder, dialled, plain, topologies }: Setting): Promise<Ansible> {
  for (const which of ['a', 'b'] as const) {
    const tree = join(folder, `tree-${which}`);
    const rendered = await run([
      process.execPath,
      'dist/cli.js',
      'render',
      '-f',
      topologies[which],
      '--out',
      tree,
    ]);
    if (rendered.exitCode !== 0) throw new Error(rendered.stderr);
  }
  const inventory = join(folder, 'inventory');
  const lines = [...dialled].map(
    ([host, address]) =>
      `${host} ansible_host=${address} ansible_user=root${host === 'hub' || host.endsWith('/n1') ? ' tunnel=yes' : ''}`,
  );
  writeFileSync(inventory, `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'playbook.yaml'), PLAYBOOK);
  return {
    playbook: (which) => [
      'ansible-playbook',
      '-i',
      inventory,
      '--forks=50',
      `--extra-vars=tree=${resolve(folder, `tree-${which}`)}`,
      `--ssh-common-args=${plain}`,
      join(folder, 'playbook.yaml'),
    ],
    env: { ANSIBLE_PIPELINING: 'True', ANSIBLE_HOST_KEY_CHECKING: 'False', HOME: folder, LC_ALL: 'C.UTF-8' },
  };
}
