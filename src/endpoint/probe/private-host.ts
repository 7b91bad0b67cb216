import { BlockList, isIP } from 'node:net';

/** Names that only this machine, or the network it is in, can resolve. */
const PRIVATE_NAME = /^([^.]+|.*\.(local|localhost|internal|lan))$/i;

/** Addresses of this machine and of private networks. An IPv4 address within an IPv6 one is judged as the IPv4 address. */
const privateAddresses = new BlockList();
privateAddresses.addAddress('0.0.0.0');
privateAddresses.addSubnet('127.0.0.0', 8);
privateAddresses.addSubnet('10.0.0.0', 8);
privateAddresses.addSubnet('172.16.0.0', 12);
privateAddresses.addSubnet('192.168.0.0', 16);
privateAddresses.addAddress('::1', 'ipv6');
privateAddresses.addSubnet('fc00::', 7, 'ipv6');
privateAddresses.addSubnet('fe80::', 10, 'ipv6');

/** Whether a host of a URL is this machine or one of its own network, where plain HTTP is usual. */
export function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(address);
  if (family === 0) return PRIVATE_NAME.test(hostname);
  return privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
