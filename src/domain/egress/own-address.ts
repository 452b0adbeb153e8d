import { type IpAddress, inSubnet, parseIp, unmapIp } from './ip-address.ts';

/**
 * The addresses of this Ringback. `origins` are in the form of `URL.origin`: the public one first, then those of this
 * machine. `path` is the path in front of all routes at the public origin, without a slash at its end; mostly empty.
 */
export type OwnAddress = { origins: readonly string[]; path: string };

/** Request header that a worker sends to Ringback itself, and nowhere else. The server lets it reach the playground only. */
export const workerHeader = 'x-ringback-worker';

/** The paths of Ringback that jobs and deliveries may reach. A listener's route takes signed deliveries only. */
const open = /^(?:\/playground\/target|\/playground\/inbox\/[a-z0-9-]+|\/v1\/listeners\/[a-z0-9_]+\/deliver)$/;

/** Returns true if requests of workers may reach this path of Ringback. It must be written plainly, without escapes. */
export function isOpenToWorkers(path: string): boolean {
  return open.test(path);
}

/**
 * Returns true if a URL leads to Ringback itself and a job must not call it: any path but those of the playground. A URL
 * beside the path of the public origin belongs to somebody else.
 */
export function isClosedPlace(url: URL, own: OwnAddress): boolean {
  if (!isOwnPlace(url, own)) return false;
  const { pathname } = url;
  const isBelow = own.path !== '' && pathname.startsWith(`${own.path}/`);
  const at = placesOf(own)[0];
  if (own.path !== '' && !isBelow && at?.host === bareHost(url) && at.port === portOf(url)) return false;
  return !isOpenToWorkers(isBelow ? pathname.slice(own.path.length) : pathname);
}

/**
 * Returns true if a URL has a host and a port of Ringback: the public origin, its host with the port that Ringback
 * listens on, or that port under any name or address of the machine itself.
 */
export function isOwnPlace(url: URL, own: OwnAddress): boolean {
  const port = portOf(url);
  const places = placesOf(own);
  // Most URLs have a port that no place of Ringback has, and need no more than this comparison.
  if (!places.some((place) => place.port === port)) return false;
  const host = bareHost(url);
  if (places.some((place) => place.host === host && place.port === port)) return true;
  return isOwnPort(url, own) && (isLoopbackHost(host) || places.some((place) => place.host === host));
}

/** Returns true if a URL has the port that Ringback listens on, at whatever host. */
export function isOwnPort(url: URL, own: OwnAddress): boolean {
  const port = portOf(url);
  return placesOf(own).some((place) => place.isLoopback && place.port === port);
}

/** Host and port of an origin. Another scheme at the same port is no other server. */
type Place = { host: string; port: number; isLoopback: boolean };

/** The places of each list of origins. A process has one list, and asks for every request. */
const known = new WeakMap<readonly string[], Place[]>();

function placesOf({ origins }: OwnAddress): Place[] {
  const places = known.get(origins) ?? origins.map((origin) => placeOf(new URL(origin)));
  known.set(origins, places);
  return places;
}

function placeOf(url: URL): Place {
  const host = bareHost(url);
  return { host, port: portOf(url), isLoopback: isLoopbackHost(host) };
}

const loopback = ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'].map((range) => {
  const [base = '', prefix] = range.split('/');
  return { base: parseIp(base) as IpAddress, prefix: Number(prefix) };
});

/** Returns true for addresses at which a machine reaches itself. */
export function isLoopbackAddress(text: string): boolean {
  const address = parseIp(text);
  return address !== null && loopback.some(({ base, prefix }) => inSubnet(unmapIp(address), base, prefix));
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host);
}

/** Returns the host of a URL without brackets and trailing dot. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Returns the port of a URL, also where it is the protocol's own. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}
