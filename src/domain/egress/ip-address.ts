/** An address as numbers: IPv4 as 32 bits, IPv6 as eight groups of 16. */
export type IpAddress = { version: 4; value: number } | { version: 6; groups: number[] };

/**
 * Reads an address in its usual form: dotted decimal without leading zeros, or RFC 4291 §2.2 with `::` and a dotted
 * tail. Returns null for anything else: names, brackets, zone ids (`fe80::1%eth0`), octal or short IPv4.
 */
export function parseIp(text: string): IpAddress | null {
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === null ? null : { version: 4, value };
  }
  const groups = parseIpv6(text);
  return groups === null ? null : { version: 6, groups };
}

/** Returns true if the first `prefix` bits of both are the same. Addresses of different versions never match. */
export function inSubnet(address: IpAddress, base: IpAddress, prefix: number): boolean {
  if (address.version === 4) {
    return base.version === 4 && (prefix === 0 || (address.value ^ base.value) >>> (32 - prefix) === 0);
  }
  if (base.version === 4) return false;
  for (let bit = 0; bit < prefix; bit += 16) {
    const shift = Math.max(0, 16 - (prefix - bit));
    const group = bit / 16;
    if ((address.groups[group] ?? 0) >>> shift !== (base.groups[group] ?? 0) >>> shift) return false;
  }
  return true;
}

/** Returns the IPv4 address inside an IPv4-mapped IPv6 address (`::ffff:0:0/96`), or the address itself. */
export function unmapIp(address: IpAddress): IpAddress {
  if (address.version === 4) return address;
  const { groups } = address;
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? { version: 4, value: ipv4At(groups, 6) } : address;
}

/** Returns an address as text; IPv6 in full, without `::`. */
export function formatIp(address: IpAddress): string {
  if (address.version === 4) return [24, 16, 8, 0].map((shift) => (address.value >>> shift) & 0xff).join('.');
  return address.groups.map((group) => group.toString(16)).join(':');
}

/** Returns the 32 bits of the two groups that start at `index`. */
export function ipv4At(groups: number[], index: number): number {
  return (((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0)) >>> 0;
}

function parseIpv4(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

function parseIpv6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  if (halves.length === 1) return head?.length === 8 ? head : null;
  const tail = parseGroups(halves[1] ?? '', true);
  if (head === null || tail === null || head.length + tail.length > 7) return null;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Reads groups between colons. A dotted IPv4 address may stand for the last two groups, only at the address's end. */
function parseGroups(text: string, atEnd: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = atEnd && index === parts.length - 1 ? parseIpv4(part) : null;
    if (ipv4 === null) return null;
    groups.push(ipv4 >>> 16, ipv4 & 0xffff);
  }
  return groups;
}
