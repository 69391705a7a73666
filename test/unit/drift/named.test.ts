import { describe, expect, it } from 'vitest';
import { wantedOf } from '../../../src/app/deploy/wanted.ts';
import { sha256 } from '../../../src/app/digest.ts';
import { sight } from '../../../src/app/drift/sight.ts';
import { compareHost, withoutEchoes } from '../../../src/core/drift/compare.ts';
import { ignore } from '../../../src/core/drift/ignore.ts';
import type { DriftFinding } from '../../../src/core/model/drift.ts';
import { HUB, hostName, type HostName } from '../../../src/core/model/name.ts';
import { inTopology } from '../../../src/core/model/place.ts';
import { releaseFiles } from '../../../src/core/observe/release.ts';
import { example } from '../../examples.ts';
import { answerOf, snapshotOf, type Sections } from '../../fakes/snapshot.ts';

const TOPOLOGY = example('two-clusters');
const WANTED = wantedOf(TOPOLOGY);
const ROUTER = hostName('cluster1', 'c1-master');
const NODE = hostName('cluster1', 'c1-node1');
const ADDRESS: Readonly<Record<string, string>> = { [ROUTER]: '192.168.100.100', [NODE]: '192.168.100.101' };

/** What is found on a host of the example after a change of what it says. */
function found(host: HostName, change: (sections: Sections) => void): readonly DriftFinding[] {
  const { release } = WANTED.get(host)!;
  const sections = snapshotOf({ release, address: ADDRESS[host] });
  change(sections);
  const remembered = new Map([...WANTED].map(([name, each]) => [name as string, each.release.digest]));
  return compareHost(sight(host, answerOf(sections), { topology: TOPOLOGY, wanted: WANTED, remembered }));
}

function textOf(host: HostName, path: string): string {
  return releaseFiles(WANTED.get(host)!.release.text).find((file) => file.path === path)!.text;
}

const add =
  (section: string, ...lines: readonly string[]) =>
  (sections: Sections) =>
    void sections.set(section, [...(sections.get(section) ?? []), ...lines]);
const edit = (section: string, from: string | RegExp, to: string) => (sections: Sections) =>
  void sections.set(
    section,
    sections.get(section)!.map((line) => line.replace(from, to)),
  );
const drop = (section: string, pattern: RegExp) => (sections: Sections) =>
  void sections.set(
    section,
    sections.get(section)!.filter((line) => !pattern.test(line)),
  );
const gone =
  (...names: readonly string[]) =>
  (sections: Sections) =>
    names.forEach((name) => sections.delete(name));

const STALE = 'latest handshake: 2 hours, 46 minutes, 40 seconds ago';
const HANDSHAKE = /latest handshake: .*/;

const CASES: readonly [
  what: string,
  host: HostName,
  change: (sections: Sections) => void,
  names: readonly string[],
][] = [
  ['nothing', ROUTER, () => undefined, []],
  [
    'the interface is down',
    ROUTER,
    (s) => {
      edit('ip', ',UP,', ',')(s);
      drop('ip', /dev wg0/)(s);
    },
    ['interface-down wg0'],
  ],
  [
    'its last IPv4 address is gone, and with it what the kernel drops',
    HUB,
    (s) => {
      drop('ip', /192\.168\.99\.1\//)(s);
      drop('ip', /dev wg0/)(s);
    },
    ['address-missing 192.168.99.1'],
  ],
  [
    'a route became a blackhole, and another one with our mark is one',
    ROUTER,
    (s) => {
      edit('ip', /^10\.245\.0\.0\/16.*/, 'blackhole 10.245.0.0/16 proto 75')(s);
      add('ip', 'blackhole 10.75.0.0/16 proto 75')(s);
    },
    ['route-altered 10.245.0.0/16', 'route-foreign 10.75.0.0/16'],
  ],
  [
    'its address is gone while somebody else’s is there: then routes are dropped by somebody',
    ROUTER,
    (s) => {
      edit('ip', '192.168.99.10/32', '10.99.0.1/24')(s);
      drop('ip', /10\.245\.0\.0/)(s);
    },
    ['address-foreign 10.99.0.1/24', 'address-missing 192.168.99.10', 'route-missing 10.245.0.0/16'],
  ],
  [
    'an endpoint that does not answer',
    ROUTER,
    (s) => {
      edit('wg', /endpoint: .*/, 'endpoint: 198.51.100.9:1')(s);
      edit('wg', HANDSHAKE, STALE)(s);
    },
    ['endpoint hub', 'handshake-old hub'],
  ],
  [
    'an endpoint through which the hub does not answer',
    ROUTER,
    (s) => {
      edit('wg', /endpoint: .*/, 'endpoint: 198.51.100.9:1')(s);
      add('probes', 'ping 192.168.99.1 failed')(s);
    },
    ['endpoint hub', 'probe-failed ping 192.168.99.1'],
  ],
  ['no handshake yet, long after boot', ROUTER, drop('wg', HANDSHAKE), ['handshake-old hub']],
  [
    'no handshake yet, just after boot',
    ROUTER,
    (s) => {
      drop('wg', HANDSHAKE)(s);
      edit('host', /^uptime .*/, 'uptime 60')(s);
    },
    [],
  ],
  [
    'a route of the same range by BIRD',
    NODE,
    (s) => {
      drop('ip', /^10\.245/)(s);
      add('ip', '10.245.0.0/16 via 192.168.100.7 dev eth0 proto bird')(s);
    },
    ['route-replaced 10.245.0.0/16'],
  ],
  [
    'a route of the same range with another metric',
    NODE,
    add('ip', '10.245.0.0/16 via 192.168.100.7 dev eth0 proto static metric 1024'),
    [],
  ],
  ['a narrower route that leads the same way', ROUTER, add('ip', '10.245.3.0/24 dev wg0 scope link'), []],
  [
    'a narrower route of Docker',
    ROUTER,
    add('ip', '10.245.3.0/24 dev docker0 proto kernel scope link src 10.245.3.1'),
    ['route-captured 10.245.3.0/24'],
  ],
  [
    'a route of ours with a second hop',
    NODE,
    edit(
      'ip',
      /^10\.245\.0\.0\/16.*/,
      '10.245.0.0/16 proto 75 \\\tnexthop via 192.168.100.100 dev eth0 weight 1 \\\tnexthop via 192.168.100.7 dev eth0 weight 9',
    ),
    ['route-altered 10.245.0.0/16'],
  ],
  [
    'a narrower route of somebody with two hops, one of them ours',
    NODE,
    add(
      'ip',
      '10.245.3.0/24 \\\tnexthop via 192.168.100.100 dev eth0 weight 1 \\\tnexthop via 192.168.100.7 dev eth0 weight 9',
    ),
    ['route-captured 10.245.3.0/24'],
  ],
  ['a wider route of somebody', ROUTER, add('ip', '10.0.0.0/8 via 192.168.100.1 dev eth0'), []],
  [
    'a rule of Docker before ours',
    ROUTER,
    edit('rules4', '-A FORWARD -j KUIIL-FORWARD', '-A FORWARD -j DOCKER-USER'),
    ['jump-missing IPv4 filter/KUIIL-FORWARD', 'jump-missing IPv4 mangle/KUIIL-FORWARD'],
  ],
  [
    'our rules in the other backend',
    ROUTER,
    add('old-backend', '4 filter KUIIL-FORWARD'),
    ['rules-elsewhere IPv4 filter/KUIIL-FORWARD'],
  ],
  ['a strict filter where ways are symmetric', ROUTER, add('rp-filter', 'eth0 1', 'wg0 1'), []],
  [
    'an address that is gone',
    NODE,
    drop('ip', /192\.168\.100\.101\/24/),
    ['lan-address-missing 192.168.100.101'],
  ],
  [
    'a unit that failed',
    ROUTER,
    edit('units', 'ActiveState=inactive', 'ActiveState=failed'),
    ['unit-failed kuiil.service'],
  ],
  [
    'a unit that is masked',
    ROUTER,
    edit('units', 'LoadState=loaded', 'LoadState=masked'),
    ['unit-altered kuiil.service', 'unit-altered kuiil.timer', 'unit-altered wg-quick@wg0.service'],
  ],
  ['a host without systemd', ROUTER, edit('host', 'systemd yes', 'systemd no'), []],
  ['a systemd that does not answer', NODE, (s) => void s.set('units', []), ['unit-inactive kuiil.timer']],
  [
    'a release that the hub does not remember',
    NODE,
    (s) => {
      edit('host', /^current .*/, 'current -')(s);
      gone('confirmed', 'files', 'digests', 'stats')(s);
    },
    [`release-lost ${NODE}`],
  ],
  [
    'another key in the file of a host that lost its release',
    ROUTER,
    (s) => {
      edit('host', /^current .*/, 'current -')(s);
      gone('confirmed', 'files', 'digests')(s);
      edit('key', /^.*$/, 'O/z4sNdV0kBVtqqop4m+gTD9HKk7+xhnZtBWYPjkX08=')(s);
    },
    ['key-changed /etc/wireguard/wg0.key', `release-lost ${ROUTER}`],
  ],
  [
    'a release that was edited',
    NODE,
    (s) => {
      edit('confirmed', 'proto 75', 'proto 75 metric 9')(s);
      edit('digests', /^kept (.*routes)$/, `${sha256(textOf(NODE, '/etc/kuiil/routes'))}  $1`)(s);
    },
    ['release-altered /var/lib/kuiil/current/release'],
  ],
  [
    'a release that was edited, and a file that agrees with it',
    NODE,
    edit('confirmed', 'proto 75', 'proto 75 metric 9'),
    ['file-changed /etc/kuiil/routes', 'release-altered /var/lib/kuiil/current/release'],
  ],
  [
    'a release that is none any more, and a file that agrees with what is left of it',
    NODE,
    (s) => {
      edit('confirmed', 'proto 75', 'proto 75 metric 9')(s);
      edit('confirmed', /^kuiil-release 1$/, 'kuiil-release')(s);
    },
    ['file-changed /etc/kuiil/routes'],
  ],
  [
    'a file that was edited',
    NODE,
    edit('digests', /^kept (.*routes)$/, `${'0'.repeat(64)}  $1`),
    ['file-changed /etc/kuiil/routes'],
  ],
  [
    'a pipe in the place of a file',
    NODE,
    (s) => {
      edit('files', /^ours (.*routes)$/, 'foreign $1')(s);
      drop('digests', /routes$/)(s);
    },
    ['file-replaced /etc/kuiil/routes'],
  ],
  [
    'files of which a helper tells the digests',
    NODE,
    edit('digests', /^kept (.*routes)$/, `${sha256(textOf(NODE, '/etc/kuiil/routes'))}  $1`),
    [],
  ],
  [
    'another key in the file',
    ROUTER,
    edit('key', /^.*$/, 'O/z4sNdV0kBVtqqop4m+gTD9HKk7+xhnZtBWYPjkX08='),
    ['key-changed /etc/wireguard/wg0.key'],
  ],
];

describe('what is amiss on a host has its name', () => {
  it.each(CASES)('%s', (_what, host, change, names) => {
    expect(found(host, change).map(({ code, subject }) => `${code} ${subject}`)).toEqual(names);
  });

  it('and the one who likely did it', () => {
    const by = (change: (sections: Sections) => void, host = ROUTER) =>
      found(host, change).map(({ culprit }) => culprit);
    expect(by(add('ip', '10.245.3.0/24 dev docker0 proto kernel scope link'))).toEqual(['Docker']);
    expect(by(add('ip', '10.245.3.0/24 via 192.168.100.9 dev eth0'))).toEqual(['a person']);
    const networkd = (s: Sections) => {
      drop('ip', / proto 75/)(s);
      add('neighbours', 'systemd-networkd')(s);
    };
    expect(new Set(by(networkd, NODE))).toEqual(new Set(['systemd-networkd']));
  });
});

describe('a tunnel that is dead on both ends', () => {
  it('is told once, by the end away from the hub', () => {
    const of = (host: HostName, subject: string): DriftFinding => ({
      host,
      code: 'handshake-old',
      subject,
      expected: '',
      observed: '',
      mend: '',
    });
    expect(withoutEchoes([of(HUB, ROUTER), of(ROUTER, 'hub'), of(HUB, 'cluster2/c2-master')])).toEqual([
      of(ROUTER, 'hub'),
      of(HUB, 'cluster2/c2-master'),
    ]);
  });
});

describe('ignore', () => {
  const [finding] = found(ROUTER, add('ip', '10.245.3.0/24 dev docker0 proto kernel scope link'));
  const at = inTopology('ignore', 0);
  const entry = {
    code: { value: 'route-captured', at },
    reason: 'known',
    until: { value: '2027-01-31', at },
  } as const;

  it.each([
    ['hides the finding on its last day', entry, '2027-01-31', 0],
    ['hides nothing on the day after', entry, '2027-02-01', 1],
    ['hides nothing on another host', { ...entry, host: { value: NODE, at } }, '2027-01-01', 1],
    ['hides nothing about something else', { ...entry, subject: '10.245.4.0/24' }, '2027-01-01', 1],
    [
      'hides what it names',
      { ...entry, subject: '10.245.3.0/24', host: { value: ROUTER, at } },
      '2027-01-01',
      0,
    ],
  ])('%s', (_claim, each, today, left) => {
    const { findings, ignored } = ignore([finding!], [each], today);
    expect([findings.length, ignored.length]).toEqual([left, 1 - left]);
  });
});
