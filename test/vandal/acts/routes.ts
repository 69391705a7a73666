import { HUB } from '../../../src/core/model/name.ts';
import { act, NODE, ROUTER, type Act } from './act.ts';

const FAR = '10.245.0.0/16';
const GATEWAY = `$(ip route show default | awk '{ print $3; exit }')`;

export const ROUTES: readonly Act[] = [
  act(
    'a route is deleted',
    [HUB, ROUTER, NODE],
    'routes',
    'ip route del "$(ip route show proto 75 | cut -d" " -f1 | grep -v 192.168 | tail -1)" proto 75',
    [['route-missing', /^10\./]],
  ),
  act('all routes are flushed', [NODE], 'routes', 'ip route flush proto 75', [
    ['route-missing', '10.244.0.0/16'],
    ['route-missing', '192.168.100.0/24'],
  ]),
  act('a route is led elsewhere', [NODE], 'routes', `ip route change 10.244.0.0/16 via ${GATEWAY} proto 75`, [
    ['route-altered', '10.244.0.0/16'],
  ]),
  act('a route is taken over by hand', [NODE], 'routes', `ip route replace 10.244.0.0/16 via ${GATEWAY}`, [
    ['route-replaced', '10.244.0.0/16'],
  ]),
  act(
    'a route is taken over by BIRD',
    [ROUTER],
    'routes',
    `ip route replace ${FAR} via ${GATEWAY} proto bird`,
    [['route-replaced', FAR]],
  ),
  act(
    'a route with our mark is added',
    [HUB, ROUTER, NODE],
    'routes',
    `ip route add 10.76.0.0/16 via ${GATEWAY} proto 75`,
    [['route-foreign', '10.76.0.0/16']],
  ),
  act(
    'a blackhole with our mark is added',
    [NODE],
    'routes',
    'ip route add blackhole 10.75.0.0/16 proto 75',
    [['route-foreign', '10.75.0.0/16']],
  ),
  act(
    'a route becomes a blackhole',
    [HUB, ROUTER, NODE],
    'routes',
    `route=$(ip route show proto 75 | cut -d' ' -f1 | grep '^10\\.' | tail -1)
ip route replace blackhole "$route" proto 75`,
    [['route-altered', /^10\./]],
  ),
  {
    ...act(
      'a bridge takes a part of a range',
      [ROUTER],
      'routes',
      'ip link add docker9 type bridge; ip link set docker9 up; ip route add 10.245.7.0/24 dev docker9',
      [['route-captured', '10.245.7.0/24']],
    ),
    undo: 'ip link del docker9',
  },
  {
    ...act(
      'somebody routes a part of a range',
      [NODE],
      'routes',
      `ip route add 10.244.9.0/24 via ${GATEWAY} metric 50`,
      [['route-captured', '10.244.9.0/24']],
    ),
    undo: 'ip route del 10.244.9.0/24',
  },
];
