import type { Drift } from '../../../src/core/model/drift.ts';
import type { Fault } from '../../../src/core/model/fault.ts';
import { HUB, hostName } from '../../../src/core/model/name.ts';

const ROUTER = hostName('cluster1', 'c1-master');
const NODE = hostName('cluster1', 'c1-node1');

const CAPTURED = {
  host: NODE,
  code: 'route-captured',
  subject: '10.245.7.0/24',
  expected: 'via 192.168.100.100',
  observed: '10.245.7.0/24 dev docker9 scope link',
  culprit: 'Docker',
  mend: 'take the route to 10.245.7.0/24 off the host, or move one of the two ranges',
} as const;

const LOST: Fault = {
  code: 'ssh/unreachable',
  host: hostName('cluster2', 'c2-master'),
  step: 'connect',
  cause: 'the connection was refused',
  stateNow: 'unchanged',
};

/** Everything that a check can say. */
export const DRIFT: Drift = {
  findings: [
    {
      host: HUB,
      code: 'handshake-old',
      subject: 'cluster2/c2-master',
      expected: 'within 180 s',
      observed: '742 s ago',
      since: 1_795_834_000,
      mend: "see whether cluster2/c2-master is up, and whether UDP gets through to the hub's WireGuard port",
    },
    {
      host: ROUTER,
      code: 'jump-not-first',
      subject: 'IPv4 filter/KUIIL-FORWARD',
      expected: 'first in FORWARD',
      observed: 'after -j DOCKER-USER',
      culprit: 'Docker',
      mend: 'run `kuiil drift --heal`',
    },
    {
      host: ROUTER,
      code: 'keepalive',
      subject: 'hub',
      expected: '25 s',
      observed: 'off',
      culprit: 'a person',
      mend: 'run `kuiil drift --heal`',
    },
  ],
  ignored: [{ finding: CAPTURED, reason: "the lab's old bridge", until: '2027-01-31' }],
  pending: [ROUTER, NODE],
  mended: [
    {
      host: NODE,
      at: 1_795_834_500,
      what: 'route replace 10.245.0.0/16 via 192.168.100.100 proto 75',
      times: 14,
    },
    { host: HUB, at: 1_795_834_100, what: 'write /proc/sys/net/ipv4/ip_forward 1', times: 1 },
  ],
  underway: new Map([[hostName('cluster1', 'c1-node2'), { transaction: 't-1', owner: 'ada@desk' }]]),
  unreachable: new Map([[LOST.host!, LOST]]),
  compared: new Map([
    [HUB, 'confirmed'],
    [ROUTER, 'confirmed'],
    [NODE, 'confirmed'],
  ]),
};

export const IN_SYNC: Drift = {
  findings: [],
  ignored: [],
  pending: [],
  mended: [],
  underway: new Map(),
  unreachable: new Map(),
  compared: DRIFT.compared,
};

/** A fault with every field, for the fields of an unreachable host. */
export const FULL_LOSS: Drift = {
  ...IN_SYNC,
  unreachable: new Map([
    [LOST.host!, { ...LOST, command: 'ssh', excerpt: 'no route to host', hint: 'see whether it is up' }],
  ]),
};
