import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { Deadlines } from './deadlines.ts';
import type { Guard } from './guard.ts';
import { codeOf } from './resolve.ts';

/** The options that undici passes to its connector. */
export type Destination = buildConnector.Options;

/** An open connection and the time each step took. A time is null when the step did not happen. */
export type Dialled = { socket: Socket; dnsMs: number | null; connectMs: number; tlsMs: number | null };

/** A dial in progress. `cancel` destroys its current socket and stops it from opening another one. */
export class Dialling {
  cancelled = false;
  socket: Socket | null = null;

  cancel(): void {
    this.cancelled = true;
    this.socket?.destroy();
  }
}

export type Dial = (destination: Destination, dialling: Dialling) => Promise<Dialled>;

/** The TCP connection or the TLS handshake did not complete in time, or the dial was cancelled. */
export class ConnectTimeoutError extends Error {
  override name = 'ConnectTimeoutError';
}

const connectTimeoutMs = 10_000;
/** An address that does not answer gets only this long while there is another address to try. */
const connectTimeoutMsBeforeNext = 3_000;
const addressesTried = 4;

const worthTryingNext = new Set(['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ETIMEDOUT']);

/**
 * Makes a dial function that connects only to addresses the guard has checked. A name is resolved once, and the guard
 * checks all its addresses. The socket is opened to the address itself, so a second resolution cannot lead elsewhere.
 * The Host header, SNI and the certificate check still use the name.
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

  // The returned socket makes the dial cancellable. undici's types leave it out.
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
