import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/*
 * A second guard, written from IANA's registries and from nothing in src: ipaddr.js reads the addresses, and ranges are
 * compared byte by byte. Ranges of the registries whose addresses may be reached as any other are left out
 * (2001:1::1 to ::3, 2001:3::/32, 2001:4:112::/48, 2001:20::/28 and 2001:30::/28 are part of 2001::/23, which is not
 * for hosts, and stay refused).
 */

/** IANA IPv4 Special-Purpose Address Registry, IPv4 Multicast (224/4), and what clouds keep for themselves. */
const special4 = [
  ...['0.0.0.0/8', '0.0.0.0/32', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.0.0/29', '192.0.0.8/32', '192.0.0.9/32', '192.0.0.10/32', '192.0.0.170/32'],
  ...['192.0.0.171/32', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.88.99.2/32'],
  ...['192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '240.0.0.0/4'],
  ...['255.255.255.255/32', '224.0.0.0/4'],
  // Azure's platform.
  '168.63.129.16/32',
];

/** IANA IPv6 Special-Purpose Address Registry, within 2000::/3 alone: nothing else is allocated to hosts. */
const special6 = [...['2001::/23', '2001::/32', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']];

type Prefix = { whole: readonly number[]; mask: number; last: number };

/** Takes a range apart into whole bytes and the bits of the byte after them. */
function prefixOf(range: string): Prefix {
  const [address, length] = ipaddr.parseCIDR(range);
  const bytes = address.toByteArray();
  const mask = 0xff & ~(0xff >> (length % 8));
  return { whole: bytes.slice(0, length >> 3), mask, last: (bytes[length >> 3] ?? 0) & mask };
}

const ranges4 = special4.map(prefixOf);
const ranges6 = special6.map(prefixOf);
const globalUnicast = prefixOf('2000::/3');

function within(bytes: readonly number[], { whole, mask, last }: Prefix): boolean {
  for (let index = 0; index < whole.length; index++) if (bytes[index] !== whole[index]) return false;
  return ((bytes[whole.length] ?? 0) & mask) === last;
}

/** Returns true if the reference lets requests go to this address. Text that is no plain address is refused. */
export function referenceAllows(text: string): boolean {
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return false;
  if (version === 4) return allows4(ipaddr.IPv4.parse(text).toByteArray());
  // ipaddr.js takes ::1.2.3.4 for a mapped address; in hexadecimal it does not.
  const plain = text.includes('.') ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : text;
  const address = ipaddr.IPv6.parse(plain);
  return address.isIPv4MappedAddress()
    ? allows4(address.toIPv4Address().toByteArray())
    : allows6(address.toByteArray());
}

function allows4(bytes: readonly number[]): boolean {
  return !ranges4.some((range) => within(bytes, range));
}

function allows6(bytes: readonly number[]): boolean {
  // RFC 5214: an interface id of 0000:5efe or 0200:5efe carries an IPv4 address.
  const isatap = ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return within(bytes, globalUnicast) && !isatap && !ranges6.some((range) => within(bytes, range));
}
