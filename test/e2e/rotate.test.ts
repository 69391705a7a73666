import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TwinNetwork } from '../../src/adapters/twin/network.ts';
import type { HostName } from '../../src/core/model/name.ts';
import { deployAccepted, rotate } from '../flows/rotation.ts';
import { Deployer } from './program.ts';
import { TINY } from './tiny.ts';
import { topologyOf, up } from './twin-example.ts';

let twin: TwinNetwork;
let deployer: Deployer;
let file: string;

beforeAll(async () => {
  twin = await up(topologyOf(TINY));
  deployer = new Deployer(twin);
  file = deployer.topology(TINY);
  const { document, stderr } = await deployer.deployment('deploy', file);
  if (document.outcome !== 'confirmed') throw new Error(stderr);
});

afterAll(() => twin?.down());

const on = async (host: string, command: string) =>
  (await twin.exec(host as HostName, ['bash', '-c', command])).stdout;

describe('new WireGuard keys for every host', () => {
  const keysFile = () => readFileSync(file.replace('.yaml', '.keys.yaml'), 'utf8');
  const publicKeys = async () => {
    const keys = await Promise.all(['hub', 'a/m', 'b/m'].map((host) => on(host, 'wg show wg0 public-key')));
    return keys.map((key) => key.trim());
  };
  /** What a flow of 200 packets a second through hub and both routers loses meanwhile. */
  const underFlow = async (work: () => Promise<void>) => {
    const flow = on(
      'a/n',
      'ping -q -i 0.005 192.168.0.100 & p=$!; until [[ -e /tmp/stop ]]; do sleep 0.1; done; kill -INT $p; wait $p',
    );
    await work();
    await on('a/n', 'touch /tmp/stop');
    const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(await flow)!.map(Number);
    return { sent: sent!, lost: sent! - received! };
  };

  it('are made beside the old ones, and are a danger until somebody accepts them', async () => {
    const [before, used] = [keysFile(), await publicKeys()];
    await rotate(deployer, file, '--all');
    expect(await publicKeys()).toEqual(used);
    const after = keysFile();
    expect(used.filter((key) => before.includes(key) && !after.includes(key))).toEqual(used);
    const { document } = await deployer.deployment('deploy', file);
    expect(document).toMatchObject({ outcome: 'refused', changed: [] });
  });

  it('are switched to by a deployment, under a flow', async () => {
    const used = await publicKeys();
    const { sent, lost } = await underFlow(async () => void (await deployAccepted(deployer, file)));
    console.log(`rotating every key, ${lost} of ${sent} packets were lost, at 200 a second`);
    expect(sent).toBeGreaterThan(200);
    expect(lost).toBeLessThan(400);
    const now = await publicKeys();
    expect(now.filter((key) => used.includes(key))).toEqual([]);
    expect((await twin.probeAll()).filter((probe) => !probe.reachable)).toEqual([]);
  });

  it('are what a host boots with, also when the confirmation was killed before it put them in place', async () => {
    const before = await publicKeys();
    await on('a/m', 'cd /etc/wireguard; mv wg0.key wg0.key.next; mv wg0.key.old wg0.key');
    await twin.reboot('a/m' as HostName);
    expect(await publicKeys()).toEqual(before);
    expect(await on('a/m', 'ls /etc/wireguard')).toBe('wg0.conf\nwg0.key\nwg0.key.old\n');
  });
});
