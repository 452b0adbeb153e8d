import { Resolver, lookup as systemLookup } from 'node:dns/promises';

/** Returns every address of a name, IPv4 before IPv6. Rejects when there is none. */
export type Lookup = (hostname: string) => Promise<string[]>;

/** The name could not be resolved. `cause` is the resolver's own error, if there is one. */
export class DnsError extends Error {
  override name = 'DnsError';
}

const cacheMs = 5_000;
const maxCached = 5_000;
const systemLookupsAtOnce = 2;

/**
 * Error codes after which `dns.lookup` is asked too. DNS had no usable answer, or the hosts file or a search domain may
 * know the name.
 */
const worthAskingTheSystem = new Set(['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED', 'ECONNREFUSED', 'EBADRESP']);
const noServer = new Set(['ETIMEOUT', 'ECONNREFUSED']);

/**
 * Makes a lookup. Only `dns.lookup` knows the hosts file and the search domains. But each of its calls occupies one of
 * libuv's four threads until it is answered: a few hanging names would block all other names, and file and crypto work
 * too. A name with a dot therefore goes to c-ares first, which needs no thread. A name that DNS does not know then goes
 * to `dns.lookup`, two at a time. A name without a dot (localhost, a container's name) is never in public DNS and goes
 * to `dns.lookup` directly. Answers are cached for a few seconds. The guard checks them again at every connection.
 * `servers` (addresses, with or without `:port`) replaces the system's DNS servers; an empty list does not.
 */
export function makeLookup(servers: readonly string[] = []): Lookup {
  let resolver = makeResolver(servers);
  const system = takeTurns(systemLookupsAtOnce, async (hostname: string) =>
    (await systemLookup(hostname, { all: true, order: 'ipv4first' })).map((answer) => answer.address),
  );

  return remember(async (hostname) => {
    if (!hostname.replace(/\.$/, '').includes('.')) return system(hostname);
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = [...addressesOf(v4), ...addressesOf(v6)];
    if (addresses.length > 0) return addresses;
    const reason: unknown = v4.status === 'rejected' ? v4.reason : new DnsError(`${hostname} has no address`);
    const code = codeOf(reason) ?? 'ENODATA';
    // A resolver reads the list of servers only once. No answer may mean that the machine has moved to another network.
    if (noServer.has(code)) resolver = makeResolver(servers);
    if (worthAskingTheSystem.has(code)) return system(hostname);
    throw reason;
  });
}

function makeResolver(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

function addressesOf(settled: PromiseSettledResult<string[]>): string[] {
  return settled.status === 'fulfilled' ? settled.value : [];
}

/**
 * Caches answers briefly. Callers that ask for the same name at the same time share one lookup. Failures are not
 * cached.
 */
function remember(resolve: Lookup): Lookup {
  const known = new Map<string, { addresses: Promise<string[]>; until: number }>();
  return (hostname) => {
    const now = performance.now();
    const entry = known.get(hostname);
    if (entry !== undefined && entry.until > now) return entry.addresses;
    if (known.size >= maxCached) known.clear();
    const asked = { addresses: resolve(hostname), until: Number.POSITIVE_INFINITY };
    known.set(hostname, asked);
    asked.addresses.then(
      () => {
        asked.until = performance.now() + cacheMs;
      },
      () => {
        if (known.get(hostname) === asked) known.delete(hostname);
      },
    );
    return asked.addresses;
  };
}

function takeTurns<T>(atOnce: number, work: (name: string) => Promise<T>): (name: string) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (name) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work(name);
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

export function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : null;
}
