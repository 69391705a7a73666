import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseFiles } from '../../src/core/observe/release.ts';
import { run } from './host-box.ts';
import type { Release } from './states.ts';
import { bootBench, deploy, tunnelRelease, type Bench } from './transaction.ts';

describe('a snapshot for a drift check', () => {
  let bench: Bench;
  let one: Release;
  beforeAll(async () => {
    bench = await bootBench();
    one = tunnelRelease(bench, 1);
    await deploy(bench.box, one, 'first');
  });
  afterAll(() => bench.box.destroy());

  it('says which files are as the release has them, and of others what they are', async () => {
    const { box } = bench;
    const before = await box.demand('snapshot', ['wg0', 'whole']);
    const paths = releaseFiles(one.text).map(({ path }) => path);
    expect(before.sections.get('digests')).toEqual(paths.map((path) => `kept ${path}`));
    const conf = '/etc/wireguard/wg0.conf';
    const digestAfter = async (deed: string) => {
      await box.sh(`cp -a "$(readlink -f ${conf})" /tmp/conf; ${deed}`);
      const { sections } = await box.demand('snapshot', ['wg0', 'whole']);
      const sha256 = (await box.sh(`[[ -p ${conf} ]] || sha256sum ${conf}`)).split(' ')[0];
      await box.sh(`rm -f ${conf}; ln -s /var/lib/kuiil/current/wg0.conf ${conf}; cat /tmp/conf >${conf}`);
      const said = sections.get('digests')!.filter((line) => line.endsWith(conf));
      return [said, sha256 ? [`${sha256}  ${conf}`] : []];
    };
    for (const deed of [
      `echo '# hand-made' >>${conf}`,
      // A shell's strings end there; the tools go on.
      `printf '\\0\\n[Peer]\\n' >>${conf}`,
      `truncate -s -1 ${conf}`,
      `: >${conf}`,
      `rm ${conf}; echo other >${conf}`,
      // How systemd-sysctl is told to leave one out.
      `ln -sf /dev/null ${conf}`,
      // Nobody may wait for one who writes to it.
      `rm ${conf}; mkfifo ${conf}`,
    ]) {
      const [said, expected] = await digestAfter(deed);
      expect(said, deed).toEqual(expected);
    }
    expect((await digestAfter(`rm ${conf}; cp /tmp/conf ${conf}`))[0]).toEqual([`kept ${conf}`]);
    expect((await box.demand('snapshot', ['wg0', 'whole'])).sections.get('digests')).toEqual(
      before.sections.get('digests'),
    );
  });

  // What is held back must be out before a program says something itself.
  it('has what programs say in the sections that it belongs to', async () => {
    const { box, keys } = bench;
    const systemctl = '/usr/local/sbin/systemctl';
    await box.sh(`mkdir -p /run/systemd/system; printf '#!/bin/sh\\n[ "$1" = show ] && echo Id=seen\\n' >${systemctl}
      chmod 755 ${systemctl}; echo '# hand-made' >>/etc/wireguard/wg0.conf`);
    const { sections } = await box.demand('snapshot', ['wg0', 'whole'], 'ping 127.0.0.1\nping 127.0.0.2\n');
    await box.sh(`rm -r /run/systemd/system ${systemctl}`);
    const said = (name: string) => sections.get(name)!;
    expect(said('probes').toSorted()).toEqual(['ping 127.0.0.1 ok', 'ping 127.0.0.2 ok']);
    expect(said('wg')[0]).toBe('interface: wg0');
    expect(said('digests').filter((line) => !line.startsWith('kept '))).toEqual([
      expect.stringMatching(/^[0-9a-f]{64} {2}\/etc\/wireguard\/wg0.conf$/),
    ]);
    expect(said('files').every((line) => /^(ours|foreign) \//.test(line))).toBe(true);
    expect(said('stats').every((line) => /^[0-7]+ [0-9]+ \//.test(line))).toBe(true);
    expect(said('stats').length).toBeGreaterThan(1);
    expect(said('key')).toEqual([keys.own]);
    expect(said('units')[0]).toBe('Id=seen');
  });

  it('hashes every file where the release has a NUL, which is told otherwise than it is read', async () => {
    const { box } = bench;
    const release = '/var/lib/kuiil/current/release';
    await box.sh(`cp ${release} /tmp/release; sed -i '0,/^|/s//|\\x00/' ${release}`);
    const { sections } = await box.demand('snapshot', ['wg0', 'whole']);
    const paths = releaseFiles(one.text).map(({ path }) => path);
    const expected = await box.sh(`cp /tmp/release ${release}; sha256sum ${paths.join(' ')}`);
    expect(`${sections.get('digests')!.join('\n')}\n`).toBe(expected);
  });

  it('says where it ended, also where what it ends with cannot be read', async () => {
    const { box } = bench;
    const digest = '/var/lib/kuiil/current/digest';
    await box.sh(`cp ${digest} /tmp/digest; : >${digest}`);
    const { argv, stdin } = box.wire('snapshot', ['wg0', 'whole'], '');
    const { stdout } = await run(argv, stdin);
    await box.sh(`cp /tmp/digest ${digest}`);
    expect(stdout).toMatch(/^kuiil 2 snapshot\n[^]*cause kuiil-host itself failed\n[^]*= end 6\n$/);
  });

  it('takes no line of a payload that was cut', async () => {
    const { sections } = await bench.box.demand(
      'snapshot',
      ['wg0', 'whole'],
      'ping 127.0.0.1\nping 127.0.0.1',
    );
    expect(sections.get('probes')).toEqual(['ping 127.0.0.1 ok']);
  });
});
