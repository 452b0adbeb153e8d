import { type IpAddress, inSubnet, parseIp, unmapIp } from './ip-address.ts';

/** One exception from the egress guard; `port` null means any port. */
export type AllowRule =
  | { kind: 'range'; text: string; base: IpAddress; prefix: number; port: number | null }
  | { kind: 'host'; text: string; host: string; port: number | null };

/** Exceptions from the egress guard's own rules. */
export type EgressRules = {
  allow: AllowRule[];
  /**
   * Exact origins of Ringback itself, in the form of `URL.origin`: `http://localhost:4600`; the public one first. The
   * playground there is always allowed, and all else there is never.
   */
  ownOrigins: string[];
  /** Path in front of all routes at the public origin; absent: none. */
  ownPath?: string;
};

/** Rules without any exception. */
export const strictEgress: EgressRules = { allow: [], ownOrigins: [] };

/**
 * Reads one exception: a CIDR (`10.0.0.0/8`, `::1/128`), an address, a host name (`api.internal`) or all names below
 * one (`*.corp.internal`). An address or a name may have a port: `10.1.2.3:8080`, `[::1]:8080`, `api.internal:8443`.
 * Returns null for any other text.
 */
export function parseAllowRule(text: string): AllowRule | null {
  const trimmed = text.trim().toLowerCase();
  const cidr = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(trimmed);
  if (cidr !== null) return rangeRule(trimmed, cidr[1] ?? '', Number(cidr[2]), null);
  const whole = rangeRule(trimmed, trimmed.replace(/^\[(.*)\]$/, '$1'), null, null);
  if (whole !== null) return whole;
  const withPort = /^(.+):(\d{1,5})$/.exec(trimmed);
  const port = withPort === null ? null : Number(withPort[2]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const host = withPort?.[1] ?? trimmed;
  const address = rangeRule(trimmed, host.replace(/^\[(.*)\]$/, '$1'), null, port);
  if (address !== null) return address;
  const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
  if (!new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`).test(host) || /(?:^|\.)\d+$/.test(host)) return null;
  return { kind: 'host', text: trimmed, host, port };
}

/**
 * Returns true if a rule names this host, directly or by `*.`. The host is a name, not an address. A rule with a port
 * only applies to that port.
 */
export function allowsHost(hostname: string, port: number, egress: EgressRules): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return egress.allow.some(
    (rule) =>
      rule.kind === 'host' &&
      (rule.port === null || rule.port === port) &&
      (rule.host.startsWith('*.') ? name.endsWith(rule.host.slice(1)) : name === rule.host),
  );
}

/**
 * Returns the longest prefix of a rule that contains this address, or null. A rule with a port only applies if `port`
 * is that port.
 */
export function allowingPrefix(address: IpAddress, port: number | null, egress: EgressRules): number | null {
  let longest: number | null = null;
  for (const rule of egress.allow) {
    if (rule.kind !== 'range' || (rule.port !== null && rule.port !== port)) continue;
    if (inSubnet(address, rule.base, rule.prefix)) longest = Math.max(longest ?? 0, rule.prefix);
  }
  return longest;
}

function rangeRule(text: string, addressText: string, prefix: number | null, port: number | null): AllowRule | null {
  const address = parseIp(addressText);
  if (address === null) return null;
  const bits = address.version === 4 ? 32 : 128;
  const length = prefix ?? bits;
  if (length > bits) return null;
  const base = unmapIp(address);
  // A mapped range is stored as the IPv4 range it stands for. A wider range is refused, because it would hold more than
  // IPv4.
  if (address.version === 6 && base.version === 4) {
    return length < 96 ? null : { kind: 'range', text, base, prefix: length - 96, port };
  }
  return { kind: 'range', text, base, prefix: length, port };
}
