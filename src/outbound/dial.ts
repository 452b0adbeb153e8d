import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { type EgressProxy, proxyPlace } from '#src/domain/egress/way-out.ts';
import type { Deadlines } from './deadlines.ts';
import type { Guard } from './guard.ts';
import type { TlsIdentity } from './request.ts';
import { codeOf } from './resolve.ts';
import { openTunnel, ProxyError } from './tunnel.ts';

/** The options that undici passes to its connector. */
export type Destination = buildConnector.Options;

/** An open connection and the time each step took. A time is null when the step did not happen. */
export type Dialled = {
  socket: Socket;
  /** The target's address. Behind a proxy the socket itself is connected to another. */
  remoteAddress: string | null;
  dnsMs: number | null;
  connectMs: number;
  tlsMs: number | null;
};

/** A dial in progress. `cancel` destroys its current socket and stops it from opening another one. */
export class Dialling {
  cancelled = false;
  socket: Socket | null = null;

  cancel(): void {
    this.cancelled = true;
    this.socket?.destroy();
  }
}

export type Dial = (destination: Destination, dialling: Dialling, tls?: TlsIdentity | null) => Promise<Dialled>;

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
 * The Host header, SNI and the certificate check still use the name. Through a proxy it is the same: the proxy is told
 * the address. Ringback itself and this machine are reached without the proxy.
 */
export function makeDial(guard: Guard, deadlines: Deadlines, proxy: EgressProxy | null = null): Dial {
  const connectorFor = makeConnectors();

  return async (destination, dialling, tls = null) => {
    const connector = connectorFor(tls);
    const started = performance.now();
    const { hostname } = destination;
    const addresses = await guard.addresses(destination);
    const dnsMs = isIP(hostname) === 0 ? performance.now() - started : null;

    const tried = addresses.slice(0, addressesTried);
    for (const [index, address] of tried.entries()) {
      const last = index === tried.length - 1;
      const through = proxy !== null && !guard.isHere(destination, address) ? proxy : null;
      const timeoutMs = last ? connectTimeoutMs : connectTimeoutMsBeforeNext;
      try {
        const opened = await open({ connector, destination, address, dialling, deadlines, timeoutMs, proxy: through });
        const { remoteAddress } = opened.socket;
        if (through === null) guard.assertReached(destination, address, remoteAddress);
        return { ...opened, remoteAddress: through === null ? (remoteAddress ?? null) : address, dnsMs };
      } catch (error) {
        const code = codeOf(error) ?? '';
        const next = error instanceof ConnectTimeoutError || error instanceof ProxyError || worthTryingNext.has(code);
        dialling.socket?.destroy();
        if (last || !next || dialling.cancelled) throw error;
      }
    }
    throw new Error(`no address to dial for ${hostname}`);
  };
}

const mostConnectors = 500;

/**
 * Returns what makes the connector of an identity. Each has one of its own, since a connector resumes TLS sessions by
 * name: a session that one client opened must not vouch for another.
 */
function makeConnectors(): (tls: TlsIdentity | null) => buildConnector.connector {
  const usual = buildConnector({ allowH2: false, timeout: 0 });
  const known = new Map<string, buildConnector.connector>();
  return (tls) => {
    if (tls === null) return usual;
    const { print, certificate, key, ca } = tls;
    const made = known.get(print);
    if (made !== undefined) return made;
    const own = { ...(certificate && key ? { cert: certificate, key } : {}), ...(ca ? { ca } : {}) };
    const connector = buildConnector({ allowH2: false, timeout: 0, ...own });
    if (known.size >= mostConnectors) known.clear();
    known.set(print, connector);
    return connector;
  };
}

type Opening = {
  connector: buildConnector.connector;
  destination: Destination;
  address: string;
  dialling: Dialling;
  deadlines: Deadlines;
  timeoutMs: number;
  proxy: EgressProxy | null;
};
type Opened = { socket: Socket; connectMs: number; tlsMs: number | null };

async function open(opening: Opening): Promise<Opened> {
  const { destination, address, dialling, deadlines, timeoutMs, proxy } = opening;
  if (dialling.cancelled) throw new ConnectTimeoutError('given up before dialling');
  const started = performance.now();
  const timeout = {
    expiresAt: started + timeoutMs,
    expire: () => void dialling.socket?.destroy(new ConnectTimeoutError(`no connection to ${address} in time`)),
  };
  deadlines.add(timeout);
  try {
    const encrypted = destination.protocol === 'https:';
    const { servername, ...plain } = destination;
    const target = { ...plain, hostname: address, ...(encrypted && servername ? { servername } : {}) };
    let connectMs: number | null = null;
    const connected = () => {
      connectMs ??= performance.now() - started;
    };
    const tunnel = proxy === null ? null : await reachProxy(opening, proxy);
    if (tunnel !== null) connected();
    const socket =
      tunnel !== null && !encrypted
        ? tunnel
        : await connect(opening, tunnel === null ? target : { ...target, httpSocket: tunnel }, connected);
    connected();
    const elapsed = performance.now() - started;
    return { socket, connectMs: connectMs ?? elapsed, tlsMs: encrypted ? elapsed - (connectMs ?? 0) : null };
  } finally {
    deadlines.remove(timeout);
  }
}

/** Opens a socket, and with TLS waits for the end of its handshake. `connected` is called when TCP is there. */
function connect({ connector, dialling }: Opening, options: Destination, connected: () => void): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  // The returned socket makes the dial cancellable. undici's types leave it out.
  const socket = connector(options, (error, ready) => {
    if (error !== null || ready === null) return reject(error);
    resolve(ready);
  }) as unknown as Socket;
  socket.once('connect', connected);
  socket.once('close', () => reject(new ConnectTimeoutError('closed while connecting')));
  dialling.socket = socket;
  return promise;
}

/** Connects to the proxy and has it open a tunnel to the address. */
async function reachProxy(opening: Opening, proxy: EgressProxy): Promise<Socket> {
  const { host, port, authorization } = proxy;
  const { protocol, port: targetPort } = opening.destination;
  try {
    const place = { protocol: 'http:', hostname: host, host, port: String(port) };
    const socket = await connect(opening, place, () => {});
    await openTunnel(socket, opening.address, targetPort || (protocol === 'https:' ? '443' : '80'), authorization);
    if (opening.dialling.cancelled) throw new ConnectTimeoutError('given up before the handshake');
    return socket;
  } catch (cause) {
    if (cause instanceof ConnectTimeoutError || cause instanceof ProxyError) throw cause;
    throw new ProxyError(`The egress proxy ${proxyPlace(proxy)} cannot be reached (${codeOf(cause)})`, { cause });
  }
}
