import { finding } from '../codes/finding.ts';
import type { Finding } from '../model/diagnostic.ts';
import { quote } from '../model/escape.ts';
import { hosts, type Topology } from '../model/topology.ts';
import { repeated } from './repeated.ts';

/** Tunnel addresses that two hosts claim. */
export function uniqueTunnel(topology: Topology): readonly Finding[] {
  const tunnelHosts = hosts(topology).filter((host) => host.tunnel.length > 0);
  const claims = tunnelHosts.flatMap((host) =>
    host.tunnel.map(({ value, at }) => ({ host: host.name, text: value.text, at })),
  );
  return repeated(claims).map(([first, again]) =>
    finding('tunnel/duplicate', {
      at: again.at,
      message: `${quote(again.host)} and ${quote(first.host)} have the same tunnel address \`${again.text}\``,
      hint: 'give one of them another address',
      related: [{ at: first.at, message: `the address of ${quote(first.host)} is here` }],
    }),
  );
}
