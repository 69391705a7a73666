import type { Change } from '../model/change.ts';
import type { Peer } from '../model/host-state.ts';
import type { Amiss, Sighting } from './sighting.ts';

const A_PERSON = { culprit: 'a person' } as const;

/** The interface, its addresses and its peers. */
export function tunnelDrift(sighting: Sighting): readonly Amiss[] {
  const { expected, observed, changes, around } = sighting;
  const tunnel = expected.wireguard;
  if (!tunnel) return [];
  const subject = tunnel.interface;
  if (!observed.wireguard)
    return [{ code: 'interface-missing', subject, expected: 'there', observed: 'missing', ...A_PERSON }];
  return [
    ...(around.isUp
      ? []
      : [{ code: 'interface-down', subject, expected: 'up', observed: 'down', ...A_PERSON } as const]),
    ...changes.flatMap((change) => ofChange(change, sighting)),
    ...sighting.strays.addresses.map((line): Amiss => {
      const address = / inet6? (\S+) /.exec(line)?.[1] ?? line;
      return { code: 'address-foreign', subject: address, expected: 'none', observed: address, ...A_PERSON };
    }),
    ...marks(sighting),
    ...keyFile(sighting),
  ];
}

function ofChange(change: Change, sighting: Sighting): readonly Amiss[] {
  const subject = sighting.expected.wireguard!.interface;
  const value = (code: 'public-key' | 'port' | 'mtu', { before, after }: Values): Amiss[] => [
    { code, subject, expected: String(before), observed: String(after), ...A_PERSON },
  ];
  switch (change.kind) {
    case 'public-key-changed':
      return value('public-key', change);
    case 'port-changed':
      return value('port', change);
    case 'mtu-changed':
      return value('mtu', change);
    case 'address-removed':
      return [addressAmiss('address-missing', change.address.text)];
    case 'address-added':
      return [addressAmiss('address-foreign', change.address.text)];
    case 'peer-removed':
      return [
        {
          code: 'peer-missing',
          subject: change.peer.name,
          expected: change.peer.publicKey,
          observed: 'missing',
          ...A_PERSON,
        },
      ];
    case 'peer-added':
      return [
        {
          code: 'peer-foreign',
          subject: change.peer.name,
          expected: 'none',
          observed: ranges(change.peer) || 'without AllowedIPs',
          ...A_PERSON,
        },
      ];
    case 'peer-changed':
      return peerAmiss(change.before, change.after, sighting);
    default:
      return [];
  }
}

type Values = { readonly before: string | number; readonly after: string | number };

function addressAmiss(code: 'address-missing' | 'address-foreign', address: string): Amiss {
  const [expected, observed] = code === 'address-missing' ? [address, 'missing'] : ['none', address];
  return { code, subject: address, expected, observed, ...A_PERSON };
}

function peerAmiss(before: Peer, after: Peer, sighting: Sighting): readonly Amiss[] {
  const subject = before.name;
  const amiss: Amiss[] = [];
  if (ranges(before) !== ranges(after))
    amiss.push({
      code: 'allowed-ips',
      subject,
      expected: ranges(before),
      observed: ranges(after),
      ...A_PERSON,
    });
  if (before.keepalive !== after.keepalive)
    amiss.push({
      code: 'keepalive',
      subject,
      expected: seconds(before.keepalive),
      observed: seconds(after.keepalive),
      ...A_PERSON,
    });
  if (before.endpoint !== after.endpoint && !answers(sighting, before))
    amiss.push({
      code: 'endpoint',
      subject,
      expected: before.endpoint ?? 'none',
      observed: after.endpoint ?? 'none',
      ...A_PERSON,
    });
  return amiss;
}

// REJECT_AFTER_TIME of WireGuard: what is older is a dead session.
export const STALE_S = 180;

/** A peer that answers from where it is now has roamed, and that is no drift. */
function answers({ handshakes, around }: Sighting, peer: Peer): boolean {
  return around.failedProbes.length === 0 && around.time - (handshakes.get(peer.publicKey) ?? 0) <= STALE_S;
}

function marks({ expected, around }: Sighting): readonly Amiss[] {
  const tunnel = expected.wireguard!;
  const name = (key: string) => tunnel.peers.find((peer) => peer.publicKey === key)?.name;
  return [
    ...(around.fwmark === undefined
      ? []
      : [
          {
            code: 'fwmark',
            subject: tunnel.interface,
            expected: 'off',
            observed: around.fwmark,
            ...A_PERSON,
          } as const,
        ]),
    ...around.preshared.flatMap((key): Amiss[] => {
      const subject = name(key);
      return subject === undefined
        ? []
        : [{ code: 'preshared-key', subject, expected: 'none', observed: 'one is set', ...A_PERSON }];
    }),
  ];
}

/** What the interface is given at the next boot. Only its public half is known here. */
function keyFile({ basis, expected, around }: Sighting): readonly Amiss[] {
  const { keyFile: file } = around;
  if (basis === 'git' || file === undefined) return [];
  const tunnel = expected.wireguard!;
  const subject = `/etc/wireguard/${tunnel.interface}.key`;
  if (file === 'missing')
    return [{ code: 'key-missing', subject, expected: 'there', observed: 'missing', ...A_PERSON }];
  const since = { since: file.changedAt };
  return [
    ...(file.publicKey === tunnel.publicKey
      ? []
      : [
          {
            code: 'key-changed',
            subject,
            expected: `the key of ${tunnel.publicKey}`,
            observed: file.publicKey === '' ? 'no key' : `the key of ${file.publicKey}`,
            ...since,
            ...A_PERSON,
          } as const,
        ]),
    ...((file.mode & 0o077) === 0
      ? []
      : [
          {
            code: 'key-readable',
            subject,
            expected: '0600',
            observed: `0${file.mode.toString(8)}`,
            ...A_PERSON,
          } as const,
        ]),
  ];
}

function ranges(peer: Peer): string {
  return peer.allowedIPs.map((prefix) => prefix.text).join(', ');
}

function seconds(keepalive: number): string {
  return keepalive === 0 ? 'off' : `${keepalive} s`;
}
