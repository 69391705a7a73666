import { describe, expect, test } from 'vitest';
import { readWgShow } from '../../src/core/observe/wg-show.ts';

const TEXT = `interface: wg0
  public key: PUBLIC=
  private key: (hidden)
  listening port: 51820
  fwmark: 0xca6c

peer: ONE=
  preshared key: (hidden)
  endpoint: [2001:db8::1]:51820
  allowed ips: 10.0.0.0/24, fd00::/64
  latest handshake: 1 day, 2 hours, 1 minute, 5 seconds ago
  transfer: 1.21 KiB received, 180 B sent
  persistent keepalive: every 1 minute, 5 seconds

peer: TWO=
  allowed ips: (none)`;

describe('what wg show says', () => {
  test('is read, without the transfer', () => {
    expect(readWgShow(TEXT.split('\n'))).toEqual({
      publicKey: 'PUBLIC=',
      port: 51820,
      fwmark: '0xca6c',
      peers: [
        {
          publicKey: 'ONE=',
          isPreshared: true,
          endpoint: '[2001:db8::1]:51820',
          allowedIPs: ['10.0.0.0/24', 'fd00::/64'],
          keepalive: 65,
          handshakeAge: 93_665,
        },
        { publicKey: 'TWO=', isPreshared: false, allowedIPs: [], keepalive: 0 },
      ],
    });
  });

  test.each([
    ['Now', 0],
    ['(System clock wound backward; connection problems may ensue.)', 0],
    ['1 second ago', 1],
    ['2 years, 1 second ago', 63_072_001],
    ['nonsense', 0],
  ])('a handshake %j is %i seconds old', (said, age) => {
    const lines = ['interface: wg0', '', 'peer: ONE=', `  latest handshake: ${said}`];
    expect(readWgShow(lines)?.peers).toMatchObject([{ handshakeAge: age }]);
  });

  test('of an interface without a key or a port is that', () => {
    expect(readWgShow(['interface: wg0'])).toEqual({ port: 0, peers: [] });
  });

  test.each([[[]], [['Unable to access interface: No such device']], [['peer: ONE=']]])(
    '%j is of no interface',
    (lines) => {
      expect(readWgShow(lines)).toBe(undefined);
    },
  );
});
