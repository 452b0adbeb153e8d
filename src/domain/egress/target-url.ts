import { limits } from '#src/domain/limits.ts';
import { allowingPrefix, allowsHost, type EgressRules } from './egress-rules.ts';
import { parseIp, unmapIp } from './ip-address.ts';
import { type AddressVerdict, addressVerdict, metadataAddress } from './ip-range.ts';
import {
  bareHost,
  isClosedPlace,
  isLoopbackAddress,
  isOwnPlace,
  isOwnPort,
  type OwnAddress,
  portOf,
} from './own-address.ts';

export type { AllowRule, EgressRules } from './egress-rules.ts';
export { parseAllowRule, strictEgress } from './egress-rules.ts';

/** Verdict on a URL: its normalised parts, or the reason for the refusal. */
export type TargetUrl =
  | {
      ok: true;
      href: string;
      /** Name or address to connect to, without brackets, port and trailing dot. */
      host: string;
      origin: string;
    }
  | { ok: false; code: 'invalid_url' | 'blocked_target'; message: string };

type Refused = Extract<TargetUrl, { ok: false }>;

/** Suffixes of names that never lead to a public host (RFC 6761, RFC 8375, RFC 7686, ICANN's `.internal`). */
const localSuffixes = ['localhost', 'local', 'internal', 'home.arpa', 'onion', 'test', 'invalid', 'localdomain'];
/** Names of metadata services. A rule for all names below a domain does not allow them. */
const metadataHosts = new Set(['metadata.google.internal', 'metadata.goog', 'instance-data.ec2.internal']);

/** Ports from 1024 up that other protocols use: mail, chat, databases, container daemons (and fetch's bad ports). */
const refusedPorts = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672,
  5900, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9300, 10_080, 10_250, 11_211,
  27_017, 27_018, 27_019,
]);

/** The most characters and query parameters of a URL. */
export type UrlLimits = { length: number; queryParameters: number };

/** The limits of a URL that a caller gives. */
const callerLimits: UrlLimits = { length: limits.urlLength, queryParameters: limits.queryParameters };

/**
 * Reads a URL without checking where it leads: http or https, no user name, password or fragment, no control
 * characters, at most 2,048 characters and 64 query parameters unless `most` says otherwise. The WHATWG parser normalises every spelling of an IPv4
 * address.
 */
export function parseTargetUrl(text: string, most: UrlLimits = callerLimits): { ok: true; url: URL } | Refused {
  if (text.length > most.length) return invalid(`must be at most ${most.length.toLocaleString('en-US')} characters`);
  // The parser drops tabs and line breaks silently. A URL that has them is refused, because the result would not be the
  // URL that was meant.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return invalid('must not hold control characters');
  }
  if (!URL.canParse(text)) return invalid('must be an absolute http or https URL, like https://api.example.com/v1');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return invalid(`must start with http:// or https://, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    return invalid('must not hold a user name or password; send them in the authorization header');
  }
  if (text.includes('#')) return invalid('must not have a fragment (#…): it is never sent');
  if (url.href.length > most.length) return invalid(`must be at most ${most.length} characters once normalised`);
  if (url.search !== '' && url.search.split('&').length > most.queryParameters) {
    return invalid(`must have at most ${most.queryParameters} query parameters`);
  }
  const host = bareHost(url);
  // An empty punycode label passes Node's parser although it encodes nothing.
  if (host.split('.').some((label) => label === '' || label === 'xn--')) return invalid('must name a host');
  if (url.port === '0') return invalid('must not have port 0');
  return { ok: true, url };
}

/**
 * Checks a URL against the rules that need no DNS: its form, its port, names that are always local, and literal
 * addresses. `connectVerdict` checks the addresses that a name resolves to. The message of a refusal names the setting
 * that lifts it.
 */
export function checkTargetUrl(text: string, egress: EgressRules, most: UrlLimits = callerLimits): TargetUrl {
  const parsed = parseTargetUrl(text, most);
  if (!parsed.ok) return parsed;
  const { url } = parsed;
  const host = bareHost(url);
  const accepted: TargetUrl = { ok: true, href: url.href, host, origin: url.origin };
  const port = portOf(url);
  if (isClosedPlace(url, ownAddress(egress))) return closed(url);
  if (egress.ownOrigins.includes(url.origin) && isOwnPath(url, egress)) return accepted;
  const literal = isAddress(url);
  const named = !literal && allowsHost(host, port, egress);
  if (!named && !isPortAllowed(port) && !portNamed(host, port, egress)) {
    const cure = `${literal && host.includes(':') ? `[${host}]` : host}:${port}`;
    return blocked(url, `uses port ${port}, which is not open to requests`, cure);
  }
  if (literal) {
    const verdict = addressVerdict(host, egress, port);
    return verdict.allowed ? accepted : blockedAddress(url, host, verdict);
  }
  if (metadataHosts.has(host) && !egress.allow.some((rule) => rule.kind === 'host' && rule.host === host)) {
    return blocked(url, 'points at a cloud metadata service', host);
  }
  if (named) return accepted;
  if (host === 'localhost' || host.endsWith('.localhost')) {
    return blocked(url, 'points at the machine that Ringback runs on, which only `npm run dev` allows by itself', host);
  }
  if (!host.includes('.'))
    return blocked(url, 'points at a host name without a dot, which only local networks know', host);
  const suffix = localSuffixes.find((ending) => host.endsWith(`.${ending}`));
  return suffix === undefined ? accepted : blocked(url, `points at a local name (.${suffix})`, host);
}

/**
 * Decides whether this address may be connected to for this URL. Call it for every address that a name resolved to,
 * right before connecting. Own origins and hosts named by a rule may lead anywhere, except that metadata addresses need
 * a rule of their own. `message` is for the author of the URL: it does not name the address that a host name has in
 * this network.
 */
export function connectVerdict(url: URL, address: string, egress: EgressRules): AddressVerdict & { message?: string } {
  const port = portOf(url);
  const verdict = addressVerdict(address, egress, port);
  const own = ownAddress(egress);
  // Another name for this machine: the path was not compared, because the name said nothing of Ringback.
  if (isLoopbackAddress(address) && isOwnPort(url, own) && !isOwnPlace(url, own)) {
    const range = 'the port of Ringback';
    return { allowed: false, range, what: 'Ringback itself', message: closed(url).message };
  }
  if (verdict.allowed || egress.ownOrigins.includes(url.origin)) return { allowed: true };
  const named = allowsHost(bareHost(url), port, egress);
  if (named && verdict.what !== metadataAddress && verdict.range !== 'not an address') return { allowed: true };
  const refused = isAddress(url) ? blockedAddress(url, address, verdict) : blockedName(url, verdict);
  return { ...verdict, message: refused.message };
}

/** Returns the refusal of a URL that leads to Ringback itself. No setting lifts it. */
function closed(url: URL): Refused {
  const message = `${url.origin}/ is Ringback itself, where requests reach only /playground/target and /playground/inbox/…`;
  return { ok: false, code: 'blocked_target', message };
}

function ownAddress({ ownOrigins: origins, ownPath: path = '' }: EgressRules): OwnAddress {
  return { origins, path };
}

function isOwnPath(url: URL, { ownOrigins, ownPath = '' }: EgressRules): boolean {
  return ownPath === '' || url.origin !== ownOrigins[0] || url.pathname.startsWith(`${ownPath}/`);
}

/** Returns true if a worker's request to this URL may reach Ringback and must be marked with `workerHeader`. */
export function mayReachRingback(url: URL, egress: EgressRules): boolean {
  const own = ownAddress(egress);
  return isOwnPlace(url, own) || isOwnPort(url, own);
}

function blockedAddress(url: URL, address: string, verdict: Extract<AddressVerdict, { allowed: false }>): Refused {
  if (verdict.range === 'not an address') {
    return { ok: false, code: 'blocked_target', message: `${url.origin}/ points at ${verdict.what}.` };
  }
  const cure = `${address}/${address.includes(':') ? 128 : 32}`;
  return blocked(url, `points at ${verdict.what} (${verdict.range})`, cure);
}

function blockedName(url: URL, { what }: Extract<AddressVerdict, { allowed: false }>): Refused {
  if (what !== metadataAddress) return blocked(url, 'leads to an address that is not public', bareHost(url));
  const message = `${url.origin}/ leads to ${what}, for which it takes a rule of its own in RINGBACK_EGRESS_ALLOW`;
  return { ok: false, code: 'blocked_target', message };
}

/** Returns a refusal that shows only the URL's origin, because paths and queries may hold secrets. */
function blocked(url: URL, reason: string, cure: string): Refused {
  const message = `${url.origin}/ ${reason}. To allow it, set RINGBACK_EGRESS_ALLOW=${cure}`;
  return { ok: false, code: 'blocked_target', message };
}

function invalid(rule: string): Refused {
  return { ok: false, code: 'invalid_url', message: `The URL ${rule}.` };
}

/** Returns true if the host is a literal address. */
export function isAddress(url: URL): boolean {
  return url.hostname.startsWith('[') || /^[\d.]+$/.test(bareHost(url));
}

function isPortAllowed(port: number): boolean {
  return port === 80 || port === 443 || (port >= 1024 && !refusedPorts.has(port));
}

/** Returns true if an address rule with this very port opens the port too. */
function portNamed(host: string, port: number, egress: EgressRules): boolean {
  const address = parseIp(host);
  const bound = egress.allow.filter((rule) => rule.kind === 'range' && rule.port === port);
  return address !== null && allowingPrefix(unmapIp(address), port, { allow: bound, ownOrigins: [] }) !== null;
}
