import type { Address, Prefix } from '../model/address.ts';

/**
 * Why no host can have this address of the range: the first one names the network (RFC 4291, section 2.6.1:
 * in IPv6, any router of it), the last one is the IPv4 broadcast. A range of two addresses has neither (RFC 3021).
 */
export function edgeOf(prefix: Prefix, address: Address): 'network' | 'broadcast' | undefined {
  if (prefix.end - prefix.start < 2n) return undefined;
  if (address.value === prefix.start) return 'network';
  return address.family === 4 && address.value === prefix.end ? 'broadcast' : undefined;
}
