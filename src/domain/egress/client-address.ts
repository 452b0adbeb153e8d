import { formatIp, type IpAddress, inSubnet, parseIp, unmapIp } from './ip-address.ts';

/** The proxies that are believed: how many there are in a row, or where they are. An empty list: none. */
export type TrustedProxies = number | readonly ProxyRange[];

/** The addresses that share the first `prefix` bits of `base`. */
export type ProxyRange = { base: IpAddress; prefix: number };

const mostProxies = 10;

/** Reads `2`, or `10.0.0.0/8,192.0.2.7`; null for what is neither. */
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
 * Where a request comes from. `X-Forwarded-For` is read from its end, since every proxy adds to it what connected to
 * that proxy, and only as far as the proxies are trusted: all that stands before was named by the caller.
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
    // A proxy that was told nonsense is as far as we can see.
    if (before === null) break;
    address = before;
  }
  return formatIp(address);
}

/** What tries are counted under: an IPv6 address by its first 64 bits, of which one machine may have any number. */
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

/** An address as proxies write it: bare, with a port, in brackets, or with a zone. */
function plainIp(text: string): IpAddress | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d[\d.]+)(?::\d+)?$/.exec(text)?.[1] ?? text;
  const parsed = parseIp(bare.replace(/%.*$/, ''));
  return parsed && unmapIp(parsed);
}
