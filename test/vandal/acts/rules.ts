import { HUB } from '../../../src/core/model/name.ts';
import { act, ROUTER, type Act } from './act.ts';

export const RULES: readonly Act[] = [
  act('our chain is flushed', [HUB, ROUTER], 'rules', 'iptables -F KUIIL-FORWARD', [
    ['chain-missing', 'IPv4 filter/KUIIL-FORWARD'],
  ]),
  act('the mangle chain is flushed', [ROUTER], 'rules', 'iptables -t mangle -F KUIIL-FORWARD', [
    ['chain-missing', 'IPv4 mangle/KUIIL-FORWARD'],
  ]),
  act('a rule is deleted from our chain', [ROUTER], 'rules', 'iptables -D KUIIL-FORWARD 1', [
    ['chain-changed', 'IPv4 filter/KUIIL-FORWARD'],
  ]),
  act('a rule is put into our chain', [ROUTER], 'rules', 'iptables -I KUIIL-FORWARD 1 -s 10.1.2.3 -j DROP', [
    ['chain-changed', 'IPv4 filter/KUIIL-FORWARD'],
  ]),
  act('the jump is deleted', [HUB, ROUTER], 'rules', 'iptables -D FORWARD -j KUIIL-FORWARD', [
    ['jump-missing', 'IPv4 filter/KUIIL-FORWARD'],
  ]),
  act('the jump of INPUT is deleted', [HUB], 'rules', 'iptables -D INPUT -j KUIIL-INPUT', [
    ['jump-missing', 'IPv4 filter/KUIIL-INPUT'],
  ]),
  act(
    'Docker comes before us',
    [HUB, ROUTER],
    'rules',
    'iptables -N DOCKER-USER 2>/dev/null || iptables -F DOCKER-USER; iptables -A DOCKER-USER -s 10.9.9.9 -j DROP; iptables -I FORWARD -j DOCKER-USER',
    [['jump-not-first', 'IPv4 filter/KUIIL-FORWARD']],
  ),
  act('a drop is put before us', [ROUTER], 'rules', 'iptables -I FORWARD 1 -s 10.8.8.8 -j DROP', [
    ['jump-not-first', 'IPv4 filter/KUIIL-FORWARD'],
  ]),
  act('the firewall is loaded anew', [ROUTER], 'rules', 'iptables-save | grep -v KUIIL | iptables-restore', [
    ['chain-missing', 'IPv4 filter/KUIIL-FORWARD'],
    ['chain-missing', 'IPv4 filter/KUIIL-INPUT'],
    ['chain-missing', 'IPv4 mangle/KUIIL-FORWARD'],
  ]),
];

export const FORWARDING: readonly Act[] = [
  act('forwarding is switched off', [HUB, ROUTER], 'forwarding', 'echo 0 >/proc/sys/net/ipv4/ip_forward', [
    ['forwarding-off', 'IPv4'],
  ]),
  act(
    'forwarding is switched off on every interface',
    [HUB, ROUTER],
    'forwarding',
    'echo 0 >/proc/sys/net/ipv4/conf/all/forwarding',
    [['forwarding-off', 'IPv4']],
  ),
];
