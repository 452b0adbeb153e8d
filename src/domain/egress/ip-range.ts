import { allowingPrefix, type EgressRules } from './egress-rules.ts';
import { type IpAddress, inSubnet, ipv4At, parseIp, unmapIp } from './ip-address.ts';

export type { AllowRule, EgressRules } from './egress-rules.ts';
export { parseAllowRule, strictEgress } from './egress-rules.ts';

/** Verdict on connecting to an address. A refusal has the range that refuses it and the kind of address. */
export type AddressVerdict = { allowed: true } | { allowed: false; range: string; what: string };

type Range = { text: string; base: IpAddress; prefix: number; what: string };

/** The kind of address in the verdict on a cloud's metadata service. */
export const metadataAddress = 'a cloud metadata address';

/** Addresses of cloud metadata and platform services. Only a rule for exactly one of them allows it. */
const metadata = ranges(metadataAddress, [
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '169.254.0.23/32',
  '169.254.42.42/32',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
  'fd00:c1::a9fe:a9fe/128',
  'fd00:42::42/128',
]);

/**
 * Refused ranges: IANA's special-purpose registries for IPv4 and IPv6, the forms that carry another address, and
 * multicast.
 */
const refused = [
  ...ranges('this host itself', ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128']),
  ...ranges('a private address', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']),
  ...ranges('a shared carrier address', ['100.64.0.0/10']),
  ...ranges('a link-local address', ['169.254.0.0/16', 'fe80::/10']),
  ...ranges('a multicast address', ['224.0.0.0/4', 'ff00::/8']),
  ...ranges('an address that carries an IPv4 address', [
    '::/96',
    '::ffff:0:0:0/96',
    '64:ff9b::/96',
    '64:ff9b:1::/48',
    '2001::/32',
    '2002::/16',
  ]),
  ...ranges('a reserved address', [
    ...['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.175.48.0/24'],
    ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '240.0.0.0/4', '2001::/23', '2001:db8::/32'],
    ...['2620:4f:8000::/48', '3fff::/20', '100::/64', '100:0:0:1::/64', '5f00::/16'],
  ]),
];

const globalUnicast = range('2000::/3', '');

/**
 * Decides whether connecting to an address is allowed. Refused are loopback, private, link-local, metadata, multicast
 * and reserved addresses, every IPv6 address outside 2000::/3, and addresses that carry an IPv4 address (NAT64, 6to4,
 * Teredo, ISATAP). An allow rule lifts the refusal, with two exceptions: a metadata address must be named exactly, and
 * an address that carries another needs that one to be allowed too. Text that is not an address, or has a zone id, is
 * refused.
 *
 * @param port the port that allow rules with a port are compared with
 */
export function addressVerdict(address: string, egress: EgressRules, port: number | null = null): AddressVerdict {
  const parsed = parseIp(address);
  if (parsed === null) return { allowed: false, range: 'not an address', what: 'something that is no plain address' };
  return verdict(unmapIp(parsed), egress, port);
}

function verdict(address: IpAddress, egress: EgressRules, port: number | null): AddressVerdict {
  const bits = address.version === 4 ? 32 : 128;
  const allowed = allowingPrefix(address, port, egress);
  if (allowed === bits) return { allowed: true };
  const platform = find(metadata, address);
  if (platform !== undefined) return { allowed: false, range: platform.text, what: platform.what };
  const carried = carriedIpv4(address);
  if (allowed !== null) return carried === null ? { allowed: true } : verdict(carried, egress, port);
  const special = find(refused, address);
  if (special !== undefined) return { allowed: false, range: special.text, what: special.what };
  if (address.version === 6 && !inSubnet(address, globalUnicast.base, globalUnicast.prefix)) {
    return { allowed: false, range: 'outside 2000::/3', what: 'an unallocated address' };
  }
  if (carried !== null) return { allowed: false, range: 'ISATAP', what: 'an address that carries an IPv4 address' };
  return { allowed: true };
}

/** Returns the IPv4 address inside a transition form: NAT64, IPv4-compatible, translated, 6to4, Teredo, ISATAP. */
function carriedIpv4(address: IpAddress): IpAddress | null {
  if (address.version === 4) return null;
  const { groups } = address;
  const inLast = ['64:ff9b::/96', '64:ff9b:1::/48', '::/96', '::ffff:0:0:0/96'];
  const isatap = (groups[4] === 0 || groups[4] === 0x200) && groups[5] === 0x5efe;
  if (isatap || refused.some((item) => inLast.includes(item.text) && inSubnet(address, item.base, item.prefix))) {
    return { version: 4, value: ipv4At(groups, 6) };
  }
  if (groups[0] === 0x2002) return { version: 4, value: ipv4At(groups, 1) };
  // A Teredo address (RFC 4380 §4) has the server's address in these groups. The client's address is at its end,
  // inverted.
  if (groups[0] === 0x2001 && groups[1] === 0) return { version: 4, value: ~ipv4At(groups, 6) >>> 0 };
  return null;
}

function find(list: Range[], address: IpAddress): Range | undefined {
  return list.find((item) => inSubnet(address, item.base, item.prefix));
}

function ranges(what: string, texts: string[]): Range[] {
  return texts.map((text) => range(text, what));
}

function range(text: string, what: string): Range {
  const [address = '', prefix] = text.split('/');
  const base = parseIp(address);
  if (base === null) throw new TypeError(`not a range: ${text}`);
  return { text, base, prefix: Number(prefix), what };
}
