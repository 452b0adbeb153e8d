import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Destination, Dial, Dialled } from './dial.ts';
import { Dialling } from './dial.ts';

/** RFC 9112 §9.3 lets servers close idle connections; undici also heeds their Keep-Alive hints, up to the maximum. */
const keepAliveMs = 4_000;
const keepAliveMaxMs = 30_000;
const requestsPerConnection = 1_000;
const maxHeaderBytes = 16 * 1024;

/**
 * One undici client, which is one connection that carries one request at a time. Owning it, rather than letting a pool
 * choose, tells us for each request whether its connection was reused, what it cost to open and where it leads, and
 * lets a deadline close it in whatever phase it is.
 */
export class Connection {
  readonly origin: string;
  readonly client: Client;
  openedAt = performance.now();
  /** Resolves when the socket of a closed connection is gone. */
  gone: Promise<void> = Promise.resolve();
  /** How it was opened; null until it is up. */
  dialled: Dialled | null = null;
  /** True once a request on it has been answered in full: from then on the other side may close it at any time. */
  used = false;
  closed = false;
  #opened = false;
  #dialling: Dialling | null = null;
  #dial: Dial;

  constructor(origin: string, dial: Dial, onClosed: (connection: Connection) => void) {
    this.origin = origin;
    this.#dial = dial;
    this.client = new Client(origin, {
      connect: (destination, callback) => this.#connect(destination, callback),
      allowH2: false,
      pipelining: 1,
      // The attempt's own deadline covers headers and body; undici's timers would only add work.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      maxHeaderSize: maxHeaderBytes,
      maxRequestsPerClient: requestsPerConnection,
    });
    this.client.on('disconnect', () => {
      this.dialled = null;
      onClosed(this);
    });
    // undici emits this when one of our own callbacks throws; unheard, it would end the process.
    const emitter: EventEmitter = this.client;
    emitter.on('error', () => this.close());
  }

  get socket(): Socket | null {
    return this.dialled?.socket ?? null;
  }

  /** Ends it at once, whether it is being dialled, idle or in use. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#dialling?.cancel();
    this.gone = this.client.destroy().catch(() => {});
  }

  /**
   * undici calls this again when a connection broke before anything of the request was written. That is right for one
   * that had gone stale while idle; a target that closes every new connection must not be dialled without end.
   */
  #connect(destination: Destination, callback: (...args: [null, Socket] | [Error, null]) => void): void {
    if (this.#opened && !this.used) {
      const error = Object.assign(new Error('closed as soon as it was opened'), { code: 'ECONNRESET' });
      queueMicrotask(() => callback(error, null));
      return;
    }
    const dialling = new Dialling();
    this.#dialling = dialling;
    this.#opened = true;
    this.used = false;
    this.openedAt = performance.now();
    this.#dial(destination, dialling).then(
      (dialled) => {
        this.#dialling = null;
        if (this.closed) dialled.socket.destroy();
        else this.dialled = dialled;
        callback(null, dialled.socket);
      },
      (error: Error) => {
        this.#dialling = null;
        callback(error, null);
      },
    );
  }
}
