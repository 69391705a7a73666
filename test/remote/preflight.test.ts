import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { address, prefix, randomState, releaseOf, seeded, type Release } from './states.ts';
import { bootBench, deploy, differences, everything, OWNER, type Bench } from './transaction.ts';

/** Faults that are found, and said, before anything changes. */
describe('a host that is not ready', () => {
  let bench: Bench;
  let release: Release;
  beforeEach(async () => {
    bench = await bootBench();
    for (let seed = 0; release?.state.wireguard?.publicKey !== bench.keys.own; seed++)
      release = releaseOf(randomState(seeded(seed), bench.keys));
  });
  afterEach(() => bench.box.destroy());

  async function expectRefusal(said: string): Promise<void> {
    const { box } = bench;
    const without = (text: string) =>
      text.replaceAll(/.*(var\/lib|run)\/kuiil.*\n(.*(var\/lib|run)\/kuiil.*\n)*/g, '');
    const before = await everything(box);
    const answer = await box.call('stage', [release.digest], release.text);
    expect([answer.code, answer.failed]).toEqual([4, expect.stringContaining(said)]);
    expect(answer.sections.get('state')).toEqual(['confirmed -', 'active -']);
    expect(without(await everything(box))).toBe(without(before));
  }

  it.each([
    ['wg', 'wireguard-tools'],
    ['wg-quick', 'wireguard-tools'],
    ['wireguard-go', 'wireguard-go'],
    ['flock', 'util-linux'],
    ['ping', 'iputils-ping'],
  ])('lacks %s', async (tool, name) => {
    await bench.box.sh(`rm $(type -P ${tool})`);
    const answer = await bench.box.call('stage', [release.digest], release.text);
    expect([answer.code, answer.failed]).toEqual([
      4,
      expect.stringContaining(`${tool} is missing\nhint apt-get install -y --no-install-recommends ${name}`),
    ]);
  });

  it.each([
    ['apt-get', 'apt-get install -y --no-install-recommends wireguard-tools'],
    ['dnf', 'dnf install -y wireguard-tools'],
    ['apk', 'apk add wireguard-tools-wg'],
  ])('gets what it lacks by %s where that is asked for', async (manager, command) => {
    const { box } = bench;
    // One that installs from a shelf: only the names differ from the real ones.
    const shelf = 'for word; do case $word in install | add) mv /root/wg /usr/bin/wg ;; esac; done';
    await box.sh(`mv /usr/bin/wg /root/wg; rm -f "$(type -P apt-get)"
      echo '#!/bin/bash' >/usr/bin/${manager}; echo '${shelf}' >>/usr/bin/${manager}; chmod 0755 /usr/bin/${manager}`);
    const { did } = await box.demand('stage', [release.digest, 'install'], release.text);
    expect(did).toContain(`+ ${command}`);
    await deploy(box, release, 't');
    expect(await differences(box, release)).toEqual([]);
  });

  it('cannot get what it lacks', async () => {
    const { box } = bench;
    const refuse = `#!/bin/sh\necho no such package >&2\nexit 100\n`;
    await box.sh('rm "$(type -P wg)"; cat >"$(type -P apt-get)"', refuse);
    const answer = await box.call('stage', [release.digest, 'install'], release.text);
    expect([answer.code, answer.failed]).toEqual([4, expect.stringContaining('| no such package')]);
  });

  it('has no root', async () => {
    const { box } = bench;
    const { argv, stdin } = box.wire('stage', [release.digest], release.text);
    const at = argv.indexOf('/usr/bin/setsid');
    argv.splice(at, 0, 'setpriv', '--reuid=65534', '--clear-groups');
    const { run } = await import('./host-box.ts');
    expect((await run(argv, stdin)).stdout).toMatch(/cause not root\n[^]*= end 4\n$/);
  });

  it('has a full disk', async () => {
    const { box } = bench;
    await box.sh(
      'mkdir /var/lib/kuiil; mount -t tmpfs -o size=64k tmpfs /var/lib/kuiil; head -c 62k /dev/zero >/var/lib/kuiil/ballast || :',
    );
    await expectRefusal('cannot write');
    expect(await box.sh('ls -A /var/lib/kuiil/releases')).toBe('');
    await box.sh('rm /var/lib/kuiil/ballast; mount -o remount,size=1m /var/lib/kuiil');
    await deploy(box, release, 't');
    expect(await differences(box, release)).toEqual([]);
  });

  it('has a disk that fills up before the confirmation', async () => {
    const { box } = bench;
    await box.sh('mkdir /var/lib/kuiil; mount -t tmpfs -o size=1m,nr_inodes=64 tmpfs /var/lib/kuiil');
    const other = releaseOf({ ...release.state, routes: [] });
    await deploy(box, other, 'base');
    await box.demand('stage', [release.digest], release.text);
    await box.demand('activate', ['t', release.digest, '60', 'switch'], OWNER);
    await box.sh('for i in {1..99}; do : >/var/lib/kuiil/ballast$i || break; done 2>/dev/null');
    const answer = await box.call('confirm', ['t', release.digest, '60', 'keep']);
    expect(answer.code).toBe(4);
    await box.demand('revert', ['t']);
    expect(await differences(box, other)).toEqual([]);
    expect((await box.demand('snapshot', ['wg0'])).sections.get('host')).toContain(`current ${other.digest}`);
  });

  it('has a read-only /etc', async () => {
    await bench.box.sh('mount --bind /etc /etc; mount -o remount,ro,bind /etc');
    await expectRefusal('/etc is read-only');
  });

  it('routes one of the prefixes elsewhere', async () => {
    const { box } = bench;
    const via = address('10.9.0.1');
    const [one, other] = [prefix('10.1.0.0/16'), prefix('10.2.0.0/16')];
    release = releaseOf({ ...release.state, routes: [{ family: 4, via, destinations: [one, other] }] });
    await box.sh('ip route add 10.2.0.0/16 via 10.9.0.9');
    await expectRefusal('already has a route 10.2.0.0/16 via 10.9.0.9');
  });

  it('speaks the other iptables', async () => {
    const { box } = bench;
    await box.sh('iptables-legacy -t mangle -N KUBE-KUBELET-CANARY');
    await deploy(box, release, 't');
    expect(await differences(box, release)).toEqual([]);
    expect((await box.demand('snapshot', ['wg0'])).sections.get('host')).toContain('backend legacy');
    expect(await box.sh('iptables-nft-save; ip6tables-nft-save')).not.toContain('KUIIL');
    await box.demand('remove', ['-']);
    expect(await box.sh('iptables-legacy-save; ip6tables-legacy-save')).not.toContain('KUIIL');
  });

  it.each([
    ['a hook', (text: string) => text.replace('|Table = off', '|PostUp = touch /tmp/owned\n|Table = off')],
    [
      'another path',
      (text: string) => text.replace('/etc/sysctl.d/90-kuiil.conf', '/etc/sysctl.d/91-kuiil.conf'),
    ],
    ['an interface name of many words', (text: string) => text.replace('interface wg', 'interface ../wg')],
    ['a cut', (text: string) => text.replace(/end\n$/, '')],
  ])('is sent a release with %s', async (_, spoil) => {
    const { createHash } = await import('node:crypto');
    const text = spoil(release.text);
    expect(text).not.toBe(release.text);
    release = { ...release, text, digest: createHash('sha256').update(text).digest('hex') };
    await expectRefusal('not ');
  });
});
