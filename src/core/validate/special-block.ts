import { overlaps, type Prefix } from '../model/address.ts';
import { type Block, blocks } from './block.ts';

/** The block of addresses that no kernel forwards in which the range lies, or a part of it. */
export function specialBlock(range: Prefix): Block | undefined {
  return SPECIAL.find(({ prefix }) => overlaps(prefix, range));
}

// RFC 6890, and RFC 4291 for IPv6.
const SPECIAL = blocks({
  '0.0.0.0/8': 'reserved for "this host"',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local',
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved',
  '::/128': 'reserved for "no address"',
  '::1/128': 'loopback',
  '::ffff:0:0/96': 'reserved for IPv4 addresses in IPv6 form',
  'fe80::/10': 'link-local',
  'ff00::/8': 'multicast',
});
