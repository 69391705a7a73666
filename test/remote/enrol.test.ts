import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostBox } from './host-box.ts';

const DEPLOY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID5m3PjYLAzYknjU+BtPEnPpog5BmnzJ8l8tXEJsNvic';
const DRIFT = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOYV8BUnnZjitMiDbYTgzuT1xEPiHCWJnY5TbZhn6NqF';
const HELPER = '/usr/local/sbin/kuiil-host';
const PINS = `user root\ndeploy ${DEPLOY}\ndrift ${DRIFT}\nopen 192.168.99.10 22\nopen fd00::1 2222\n`;

/** What `enrol`, `pin` and `unpin` may touch. */
const TOUCHED = `cat ~/.ssh/authorized_keys; stat -c '%n %a %U' ~/.ssh ~/.ssh/authorized_keys; ls -l ${HELPER} /etc/wireguard /var/lib/kuiil 2>&1 | cut -d: -f1; true`;

let box: HostBox;
beforeAll(async () => {
  box = await HostBox.boot();
  await box.sh(
    `rm -rf ~/.ssh /usr/local/sbin/*; mkdir -m 700 ~/.ssh; echo 'ssh-rsa AAAA somebody' >~/.ssh/authorized_keys; chmod 600 ~/.ssh/authorized_keys
rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; ssh-keygen -q -t rsa -N '' -f /etc/ssh/ssh_host_rsa_key`,
  );
});
afterAll(() => box?.destroy());

describe('a host that is enrolled', () => {
  let before: string;

  it('takes over the key of a tunnel that was made by hand', async () => {
    const key = (await box.sh('wg genkey')).trim();
    box.guard(key);
    await box.sh(`printf '[Interface]\\nPrivateKey = ${key}\\n' >/etc/wireguard/wg7.conf`);
    const { sections } = await box.demand('enrol', ['wg7', 'tunnel', 'alone']);
    const publicKey = (await box.sh(`wg pubkey <<<'${key}'`)).trim();
    expect(sections.get('enrol')![0]).toBe(`public-key ${publicKey}`);
    await box.sh('rm -r /etc/wireguard/wg7* /var/lib/kuiil');
  });

  it('makes its key once, and tells the public half', async () => {
    before = await box.sh(TOUCHED);
    const first = await box.demand('enrol', ['wg0', 'tunnel', 'alone']);
    const secret = (await box.sh('cat /etc/wireguard/wg0.key')).trim();
    box.guard(secret);
    const again = await box.demand('enrol', ['wg0', 'tunnel', 'alone']);
    expect(again.did.filter((line) => line !== '')).toEqual([]);
    expect(again.sections.get('enrol')).toEqual(first.sections.get('enrol'));
    const publicKey = (await box.sh('wg pubkey </etc/wireguard/wg0.key')).trim();
    const hostKey = (await box.sh("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub")).trim();
    expect(first.sections.get('enrol')).toEqual([`public-key ${publicKey}`, `host-key ${hostKey}`]);
    expect(await box.sh('stat -c %a /etc/wireguard/wg0.key')).toBe('600\n');
  });

  it('says all that it lacks at once', async () => {
    await box.sh('mkdir /tmp/away; mv $(type -P wg) $(type -P flock) $(type -P ping) /tmp/away');
    const { code, failed } = await box.call('enrol', ['wg0', 'tunnel', 'alone']);
    await box.sh('/tmp/away/flock -V; mv /tmp/away/* /usr/bin');
    expect([code, failed]).toEqual([
      4,
      'step enrol\ncause it lacks flock, ping, wg\nhint apt-get install util-linux iputils-ping wireguard-tools',
    ]);
  });

  it('pins two keys, and leaves the others as they are', async () => {
    await box.demand('pin', [], PINS);
    const opens =
      ',port-forwarding,permitlisten="127.0.0.1:1",permitopen="192.168.99.10:22",permitopen="[fd00::1]:2222"';
    expect((await box.sh('cat ~/.ssh/authorized_keys')).split('\n')).toEqual([
      'ssh-rsa AAAA somebody',
      `restrict,command="${HELPER} gate deploy"${opens} ${DEPLOY} kuiil-deploy`,
      `restrict,command="${HELPER} gate drift"${opens} ${DRIFT} kuiil-drift`,
      '',
    ]);
    expect(await box.sh(`stat -c '%a %U %G' ${HELPER} ~/.ssh/authorized_keys`)).toBe(
      '755 root root\n600 root root\n',
    );
    expect((await box.demand('pin', [], PINS)).did.filter((line) => line !== '')).toEqual([]);
  });

  it('takes new keys in the place of the old ones', async () => {
    await box.demand('pin', [], `user root\ndeploy ${DRIFT}\n`);
    expect((await box.sh('cat ~/.ssh/authorized_keys')).split('\n')).toEqual([
      'ssh-rsa AAAA somebody',
      `restrict,command="${HELPER} gate deploy" ${DRIFT} kuiil-deploy`,
      '',
    ]);
  });

  it('refuses a key that may do everything already, and words that are none', async () => {
    await box.sh(`echo '${DEPLOY} me' >>~/.ssh/authorized_keys`);
    expect((await box.call('pin', [], PINS)).code).toBe(4);
    await box.sh(`sed -i '/ me$/d' ~/.ssh/authorized_keys`);
    for (const line of [
      'deploy ssh-ed25519 AAAA"x',
      'open a;b 22',
      'open a 22,x',
      'shell yes',
      'user ../x',
    ]) {
      expect({ line, code: (await box.call('pin', [], `user root\n${line}\n`)).code }).toEqual({
        line,
        code: 2,
      });
    }
  });

  it('is as it was before when it is let go', async () => {
    await box.demand('unpin', [], 'user root\n');
    expect(await box.sh(TOUCHED)).toBe(before);
  });
});
