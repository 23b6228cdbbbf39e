import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV6_NETWORK_BYTES = 8;

/**
 * What stands for one household: an IPv4 address, or the /64 of an IPv6 one, for whoever has one address of it has all. Null
 * for what is no address.
 */
export function networkOf(text: string): string | null {
  // ipaddr.js also takes what old C libraries did: 300 would be 0.0.1.44.
  if (isIP(text) === 0) return null;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  return `${Buffer.from(address.toByteArray().slice(0, IPV6_NETWORK_BYTES)).toString('hex')}/64`;
}
