import { isIP } from 'node:net';
import { isLoopbackAddress, isOwnPlace } from '#src/domain/egress/own-address.ts';
import { connectVerdict, type EgressRules } from '#src/domain/egress/target-url.ts';
import { DnsError, type Lookup } from './resolve.ts';

/** The target of a connection. `hostname` has no brackets. `port` is empty for the protocol's default port. */
export type Place = { protocol: string; hostname: string; port: string };

/** The egress rules refuse the target. Nothing was sent to it. */
export class BlockedError extends Error {
  override name = 'BlockedError';
  /**
   * The refused address and its kind. Only the operator's log may show them, because they reveal the internal network.
   */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}

export type Guard = {
  /**
   * Returns all addresses of a place. Rejects with a BlockedError when any of them is refused, and with a DnsError when
   * none is found.
   */
  addresses(place: Place): Promise<string[]>;
  /** Throws a BlockedError when a socket opened to `dialled` is connected to another address, or to a refused one. */
  assertReached(place: Place, dialled: string, reached: string | undefined): void;
  /** Returns true if a place is Ringback itself, or its address is of this machine. */
  isHere(place: Place, address: string): boolean;
};

/**
 * Makes the egress guard. The guard checks the addresses of a name when a connection is opened, because an earlier
 * check may be outdated by then (DNS rebinding). It refuses a name when any one of its addresses is refused.
 */
export function makeGuard(egress: EgressRules, lookup: Lookup): Guard {
  function check(place: Place, address: string): void {
    const verdict = connectVerdict(urlOf(place), address, egress);
    if (verdict.allowed) return;
    const detail = `${address} is ${verdict.what} (${verdict.range})`;
    throw new BlockedError(verdict.message ?? `${place.hostname} is ${verdict.what}`, detail);
  }

  return {
    async addresses(place) {
      const addresses = isIP(place.hostname) === 0 ? await ask(lookup, place.hostname) : [place.hostname];
      for (const address of addresses) check(place, address);
      return addresses;
    },
    assertReached(place, dialled, reached) {
      // The address is undefined when the other side has already closed the connection.
      if (reached === undefined) return;
      if (!isSameAddress(reached, dialled)) {
        throw new BlockedError(`The connection to ${place.hostname} led to another address than was dialled`);
      }
      check(place, reached);
    },
    isHere: (place, address) =>
      isLoopbackAddress(address) || isOwnPlace(urlOf(place), { origins: egress.ownOrigins, path: '' }),
  };
}

function urlOf({ protocol, hostname, port }: Place): URL {
  return new URL(`${protocol}//${bracketed(hostname)}${port === '' ? '' : `:${port}`}/`);
}

/** Compares two addresses. IPv6 has many spellings, and a dual-stack socket reports 1.2.3.4 as `::ffff:1.2.3.4`. */
function isSameAddress(one: string, other: string): boolean {
  const normal = (text: string) => {
    const plain = text.replace(/^::ffff:(?=\d+\.)/i, '');
    return URL.parse(`http://${bracketed(plain)}/`)?.hostname ?? plain;
  };
  return one === other || normal(one) === normal(other);
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

async function ask(lookup: Lookup, hostname: string): Promise<string[]> {
  let addresses: string[];
  try {
    addresses = await lookup(hostname);
  } catch (cause) {
    throw new DnsError(`${hostname} could not be resolved`, { cause });
  }
  if (addresses.length === 0) throw new DnsError(`${hostname} has no address`);
  return addresses;
}
