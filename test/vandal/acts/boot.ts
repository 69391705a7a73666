import { HUB } from '../../../src/core/model/name.ts';
import { act, NODE, ROUTER, type Act } from './act.ts';

export const BOOT: readonly Act[] = [
  act('wg0.conf is deleted', [HUB, ROUTER], 'boot', 'rm /etc/wireguard/wg0.conf', [
    ['file-missing', '/etc/wireguard/wg0.conf'],
  ]),
  act(
    'wg0.conf becomes a file of its own',
    [HUB, ROUTER],
    'boot',
    'cp --remove-destination -L /etc/wireguard/wg0.conf /tmp/wg0; echo "# mine" >>/tmp/wg0; mv /tmp/wg0 /etc/wireguard/wg0.conf',
    [['file-replaced', '/etc/wireguard/wg0.conf']],
  ),
  act(
    'the routes are edited in place',
    [HUB, ROUTER, NODE],
    'boot',
    'echo "route replace 10.70.0.0/16 dev lo proto 75" >>/etc/kuiil/routes',
    [['file-changed', '/etc/kuiil/routes']],
  ),
  act('the rules are emptied', [HUB, ROUTER], 'boot', ': >/etc/kuiil/iptables.rules', [
    ['file-changed', '/etc/kuiil/iptables.rules'],
  ]),
  act('the sysctl file is deleted', [ROUTER], 'boot', 'rm /etc/sysctl.d/90-kuiil.conf', [
    ['file-missing', '/etc/sysctl.d/90-kuiil.conf'],
  ]),
  act('kuiil-host is deleted', [HUB, ROUTER, NODE], 'boot', 'rm /var/lib/kuiil/kuiil-host', [
    ['script-missing', '/var/lib/kuiil/kuiil-host'],
  ]),
  act('the pointer is deleted', [ROUTER, NODE], 'boot', 'rm /var/lib/kuiil/current', [
    ['release-lost', /c1-master|c2-node1/],
  ]),
  act(
    'the kept release is edited',
    [ROUTER, NODE],
    'boot',
    "sed -i '0,/proto 75/s//proto 75 metric 9/' /var/lib/kuiil/current/release",
    [['release-altered', '/var/lib/kuiil/current/release']],
  ),
];

export const UNITS: readonly Act[] = [
  act('the timer is stopped', [HUB, ROUTER, NODE], 'units', 'systemctl stop kuiil.timer', [
    ['unit-inactive', 'kuiil.timer'],
  ]),
  act('the timer is disabled', [ROUTER, NODE], 'units', 'systemctl disable --quiet kuiil.timer', [
    ['unit-disabled', 'kuiil.timer'],
  ]),
  act('kuiil.service is disabled', [ROUTER, NODE], 'units', 'systemctl disable --quiet kuiil.service', [
    ['unit-disabled', 'kuiil.service'],
  ]),
  act(
    'kuiil.service is edited',
    [HUB, NODE],
    'units',
    'sed -i s/tick/snapshot/ /etc/systemd/system/kuiil.service; systemctl daemon-reload',
    [['unit-altered', 'kuiil.service']],
  ),
  act(
    'kuiil.timer is deleted',
    [NODE],
    'units',
    'rm /etc/systemd/system/kuiil.timer; systemctl daemon-reload',
    [['unit-altered', 'kuiil.timer']],
  ),
  act('wg-quick@wg0 is disabled', [HUB, ROUTER], 'units', 'systemctl disable --quiet wg-quick@wg0', [
    ['unit-disabled', 'wg-quick@wg0.service'],
  ]),
  act('wg-quick@wg0 is masked', [HUB, ROUTER], 'units', 'systemctl mask --quiet wg-quick@wg0', [
    ['unit-altered', 'wg-quick@wg0.service'],
  ]),
];
