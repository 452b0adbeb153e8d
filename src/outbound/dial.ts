import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { Deadlines } from './deadlines.ts';
import type { Guard } from './guard.ts';
import { codeOf } from './resolve.ts';

/** What undici asks its connector for. */
export type Destination = buildConnector.Options;

/** A connection that is up, and how long each step took; null where there was no such step. */
export type Dialled = { socket: Socket; dnsMs: number | null; connectMs: number; tlsMs: number | null };

/** A dial under way. Cancelling destroys the socket it is at and keeps it from opening another. */
export class Dialling {
  cancelled = false;
  socket: Socket | null = null;

  cancel(): void {
    this.cancelled = true;
    this.socket?.destroy();
  }
}

export type Dial = (destination: Destination, dialling: Dialling) => Promise<Dialled>;

/** TCP or the TLS handshake did not come up in time. */
export class ConnectTimeoutError extends Error {
  override name = 'ConnectTimeoutError';
}

const connectTimeoutMs = 10_000;
/** While there is another address to try, one that does not answer gets less time. */
const connectTimeoutMsBeforeNext = 3_000;
const addressesTried = 4;

const worthTryingNext = new Set(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT']);

/**
 * Dials only addresses the guard has seen: a name is resolved once, all its addresses are judged, and the socket is
 * opened to the address itself, so that no second resolution can lead elsewhere. Host header, SNI and certificate
 * check stay on the name.
 */
export function makeDial(guard: Guard, deadlines: Deadlines): Dial {
  const connector = buildConnector({ allowH2: false, timeout: 0 });

  return async (destination, dialling) => {
    const started = performance.now();
    const { hostname } = destination;
    const addresses = await guard.addresses(destination);
    const dnsMs = isIP(hostname) === 0 ? performance.now() - started : null;

    const tried = addresses.slice(0, addressesTried);
    for (const [index, address] of tried.entries()) {
      const last = index === tried.length - 1;
      try {
        const opened = await open(connector, destination, address, dialling, deadlines, last);
        guard.assertReached(destination, address, opened.socket.remoteAddress);
        return { ...opened, dnsMs };
      } catch (error) {
        const next = error instanceof ConnectTimeoutError || worthTryingNext.has(codeOf(error) ?? '');
        dialling.socket?.destroy();
        if (last || !next || dialling.cancelled) throw error;
      }
    }
    throw new Error(`no address to dial for ${hostname}`);
  };
}

type Opened = { socket: Socket; connectMs: number; tlsMs: number | null };

function open(
  connector: buildConnector.connector,
  destination: Destination,
  address: string,
  dialling: Dialling,
  deadlines: Deadlines,
  last: boolean,
): Promise<Opened> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  if (dialling.cancelled) {
    reject(new ConnectTimeoutError('given up before dialling'));
    return promise;
  }
  const started = performance.now();
  let connectMs = 0;
  const encrypted = destination.protocol === 'https:';
  const { servername, ...plain } = destination;
  const target = { ...plain, hostname: address };

  // The returned socket is what makes a dial cancellable; undici's types leave it out.
  const socket = connector(encrypted && servername ? { ...target, servername } : target, (error, ready) => {
    deadlines.remove(timeout);
    if (error !== null || ready === null) return reject(error);
    const elapsed = performance.now() - started;
    resolve({
      socket: ready,
      connectMs: encrypted ? connectMs : elapsed,
      tlsMs: encrypted ? elapsed - connectMs : null,
    });
  }) as unknown as Socket;
  if (encrypted) {
    socket.once('connect', () => {
      connectMs = performance.now() - started;
    });
  }
  const timeout = {
    expiresAt: started + (last ? connectTimeoutMs : connectTimeoutMsBeforeNext),
    expire: () => socket.destroy(new ConnectTimeoutError(`no connection to ${address} in time`)),
  };
  deadlines.add(timeout);
  socket.once('close', () => {
    deadlines.remove(timeout);
    reject(new ConnectTimeoutError('closed while connecting'));
  });
  dialling.socket = socket;
  return promise;
}
