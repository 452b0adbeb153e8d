import { isIP } from 'node:net';
import { connectVerdict, type EgressRules } from '#src/domain/egress/target-url.ts';
import { DnsError, type Lookup } from './resolve.ts';

/** Where a connection is to go: the host of a URL without brackets, and its port, empty for the protocol's own. */
export type Place = { protocol: string; hostname: string; port: string };

/** The egress rules refuse the target. Nothing was sent to it. */
export class BlockedError extends Error {
  override name = 'BlockedError';
  /** The address and what it is, for the operator's log alone: it tells of the network in here. */
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.detail = detail;
  }
}

export type Guard = {
  /** The addresses that may be dialled for a place: all that its name has, or an error. */
  addresses(place: Place): Promise<string[]>;
  /** Throws unless a socket that was opened to `dialled` leads there. */
  assertReached(place: Place, dialled: string, reached: string | undefined): void;
};

/**
 * The egress guard. It judges what a name resolves to at the moment of connecting, since whatever was checked earlier
 * may have changed by then (DNS rebinding), and refuses a name when any one of its addresses is refused.
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
      // Undefined: the other side has already closed it.
      if (reached === undefined) return;
      if (!isSameAddress(reached, dialled)) {
        throw new BlockedError(`The connection to ${place.hostname} led to another address than was dialled`);
      }
      check(place, reached);
    },
  };
}

function urlOf({ protocol, hostname, port }: Place): URL {
  return new URL(`${protocol}//${bracketed(hostname)}${port === '' ? '' : `:${port}`}/`);
}

/** IPv6 has many spellings, and `::ffff:1.2.3.4` is how a dual-stack socket names 1.2.3.4. */
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
