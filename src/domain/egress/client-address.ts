import { formatIp, type IpAddress, inSubnet, parseIp, unmapIp } from './ip-address.ts';

/** Trusted proxies: the number of them in a row, or their address ranges. An empty list trusts none. */
export type TrustedProxies = number | readonly ProxyRange[];

/** The addresses whose first `prefix` bits are those of `base`. */
export type ProxyRange = { base: IpAddress; prefix: number };

const mostProxies = 10;

/** Reads `2`, or `10.0.0.0/8,192.0.2.7`. Returns null for any other text. */
export function parseTrustedProxies(text: string): TrustedProxies | null {
  if (/^\d{1,2}$/.test(text.trim())) return Number(text) <= mostProxies ? Number(text) : null;
  const ranges = text.split(',').map((part) => parseRange(part.trim()));
  return ranges.some((range) => range === null) ? null : (ranges as ProxyRange[]);
}

function parseRange(text: string): ProxyRange | null {
  const [address = '', prefix, rest] = text.split('/');
  const base = parseIp(address);
  if (base === null || rest !== undefined) return null;
  const bits = base.version === 4 ? 32 : 128;
  if (prefix === undefined) return { base, prefix: bits };
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? { base, prefix: Number(prefix) } : null;
}

/**
 * Returns the address that a request comes from. Each proxy appends the address that connected to it to
 * `X-Forwarded-For`, so the header is read from its end, and only as far as the proxies are trusted. Everything before
 * that was written by the caller.
 *
 * @param connected the address at the other end of the connection
 */
export function clientAddress(connected: string, forwardedFor: string | undefined, trusted: TrustedProxies): string {
  let address = plainIp(connected);
  if (address === null) return connected;
  const named = (forwardedFor ?? '').split(',').reverse();
  const steps = typeof trusted === 'number' ? trusted : named.length;
  for (const text of named.slice(0, steps)) {
    if (typeof trusted !== 'number' && !isTrusted(address, trusted)) break;
    const before = plainIp(text.trim());
    // The walk ends at a proxy that reports an invalid address.
    if (before === null) break;
    address = before;
  }
  return formatIp(address);
}

/**
 * Returns the group of an address whose sign-in attempts are counted together. An IPv6 address is grouped by its first
 * 64 bits, because one machine may have any number of the addresses below them.
 */
export function addressGroup(address: string): string {
  const parsed = plainIp(address);
  if (parsed === null) return address;
  return parsed.version === 4
    ? formatIp(parsed)
    : `${parsed.groups
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':')}::/64`;
}

function isTrusted(address: IpAddress, ranges: readonly ProxyRange[]): boolean {
  return ranges.some(({ base, prefix }) => inSubnet(address, base, prefix));
}

/** Reads an address as proxies write it: bare, with a port, in brackets, or with a zone. */
function plainIp(text: string): IpAddress | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d[\d.]+)(?::\d+)?$/.exec(text)?.[1] ?? text;
  const parsed = parseIp(bare.replace(/%.*$/, ''));
  return parsed && unmapIp(parsed);
}
