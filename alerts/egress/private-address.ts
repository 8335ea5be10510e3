import { BlockList, isIP } from 'node:net';

/** IPv4 ranges that are no address on the public internet (IANA special-purpose registry), metadata services among them. */
const PRIVATE_V4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3],
];

/** The same of IPv6. Tunnels that carry an IPv4 address inside (6to4, Teredo) are out of use and closed as a whole. */
const PRIVATE_V6: readonly [network: string, prefix: number][] = [
  ['::', 127], ['64:ff9b:1::', 48], ['100::', 64], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20], ['5f00::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
];

const closed = new BlockList();
for (const [network, prefix] of PRIVATE_V4) closed.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of PRIVATE_V6) closed.addSubnet(network, prefix, 'ipv6');

/** Addresses whose last 32 bits are an IPv4 address that is meant: NAT64's well-known prefix, and the old compatible form. */
const carriers = new BlockList();
carriers.addSubnet('64:ff9b::', 96, 'ipv6');
carriers.addSubnet('::', 96, 'ipv6');

/** Whether an IP address, in any form in which it may be written, is private, loopback, link-local, reserved or multicast. What is no address is. */
export function isPrivateAddress(written: string): boolean {
  const address = written.replace(/%.*$/u, '');
  switch (isIP(address)) {
    case 4:
      return closed.check(address, 'ipv4');
    case 6: {
      // An IPv4-mapped address is held against the IPv4 ranges by the list itself.
      if (closed.check(address, 'ipv6')) return true;
      return carriers.check(address, 'ipv6') && closed.check(lastFourBytes(address), 'ipv4');
    }
    default:
      return true;
  }
}

function lastFourBytes(address: string): string {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/u.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  const groups = address.split(':').slice(-2).map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}
