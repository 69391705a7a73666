import { finding } from '../codes/finding.ts';
import { quote } from '../model/escape.ts';
import type { WireguardSettings } from '../model/topology.ts';
import { onePerFamily } from './addresses.ts';
import { readPrefixes } from './prefixes.ts';
import { entry, integerAt, type Report, type Spot, textAt, texts } from './spot.ts';

export const DEFAULT_PORT = 51820;

// 1500 less WireGuard's 80 bytes over IPv6. Over IPv4 it leaves room for the 8 bytes of PPPoE and 12 to spare.
const DEFAULT_MTU = 1420;
const DEFAULT_KEEPALIVE_SECONDS = 25;

// IFNAMSIZ is 16 with the closing zero. `+` is a wildcard to iptables, `.` a separator to sysctl.
const INTERFACE = /^[A-Za-z][A-Za-z0-9_-]{0,14}$/;
const TAKEN: readonly string[] = ['lo', 'all', 'default'];

export function readWireguard(spot: Spot | undefined, report: Report): WireguardSettings {
  return {
    subnets: onePerFamily(readPrefixes(texts(entry(spot, 'subnet')), report), report),
    interface: readInterface(entry(spot, 'interface'), report),
    port: integerAt(entry(spot, 'port'), 1, 65535) ?? DEFAULT_PORT,
    mtu: integerAt(entry(spot, 'mtu'), 576, 9000) ?? DEFAULT_MTU,
    keepalive: integerAt(entry(spot, 'keepalive'), 0, 65535) ?? DEFAULT_KEEPALIVE_SECONDS,
  };
}

function readInterface(spot: Spot | undefined, report: Report): string {
  const name = textAt(spot);
  if (!name) return 'wg0';
  if (!INTERFACE.test(name.value) || TAKEN.includes(name.value)) {
    report(
      finding('wireguard/interface-name', {
        at: name.at,
        message: `${quote(name.value)} cannot name a network interface`,
        hint: 'use 1 to 15 letters, digits, `_` and `-`, beginning with a letter, such as `wg0`',
      }),
    );
  }
  return name.value;
}
