import { parseIp } from './ip-address.ts';

/** The operator's proxy for all requests of workers. */
export type EgressProxy = Readonly<{
  /** Name or address, without brackets. */
  host: string;
  port: number;
  /** Value of the `proxy-authorization` header. It is a secret. */
  authorization: string | null;
}>;

/**
 * Reads a comma list of DNS servers: addresses with or without a port, `10.0.0.2`, `10.0.0.2:5353`, `[fd00::2]:53`.
 * Returns null for any other text.
 */
export function parseDnsServers(text: string): readonly string[] | null {
  const servers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return servers.every(isDnsServer) ? servers : null;
}

function isDnsServer(text: string): boolean {
  if (parseIp(text) !== null) return true;
  const [, v6, v4, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([\d.]+)):(\d{1,5})$/.exec(text) ?? [];
  return parseIp(v6 ?? v4 ?? '') !== null && Number(port) >= 1 && Number(port) <= 65_535;
}

/** Reads the URL of a proxy: `http://host:port`, with or without `user:password@`. Returns null for any other text. */
export function parseEgressProxy(text: string): EgressProxy | null {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'http:' || url.hostname === '') return null;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return null;
  let authorization: string | null = null;
  if (url.username !== '' || url.password !== '') {
    const pair = decode(url.username, url.password);
    if (pair === null) return null;
    authorization = `Basic ${pair}`;
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return Object.freeze({ host, port: url.port === '' ? 80 : Number(url.port), authorization });
}

/** Returns user and password in base64 (RFC 7617); null if they have escapes that are none, or control characters. */
function decode(user: string, password: string): string | null {
  try {
    const pair = `${decodeURIComponent(user)}:${decodeURIComponent(password)}`;
    if (decodeURIComponent(user).includes(':')) return null;
    return /\p{Cc}/u.test(pair) ? null : toBase64(new TextEncoder().encode(pair));
  } catch {
    return null;
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Returns host and port of a proxy as text, without its credentials. */
export function proxyPlace({ host, port }: EgressProxy): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
