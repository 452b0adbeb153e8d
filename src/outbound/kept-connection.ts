import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { Destination, Dial, Dialled } from './dial.ts';
import { Dialling } from './dial.ts';
import type { TlsIdentity } from './request.ts';
import { ResponseHead } from './response-head.ts';

/**
 * An idle connection is closed after this long, since servers may close idle connections too (RFC 9112 §9.3). undici
 * also follows a server's Keep-Alive hint, up to the maximum.
 */
const keepAliveMs = 4_000;
const keepAliveMaxMs = 30_000;
const requestsPerConnection = 1_000;

/** Where a connection leads, and as whom. */
export type Place = { key: string; origin: string; tls: TlsIdentity | null };

/**
 * Owns one undici client, which has one connection and sends one request at a time. A pool that chooses the connection
 * would hide which one a request uses. With its own connection, each request knows whether the connection was reused,
 * what opening it cost and where it leads. A deadline can also close the connection in any phase.
 */
export class Connection {
  /** What the pool keeps it under: its origin, and the identity in TLS that opened it. */
  readonly key: string;
  readonly client: Client;
  openedAt = performance.now();
  /** When the pool got the connection back, in milliseconds of the monotonic clock. */
  idleSince = 0;
  /** Resolves when the socket of the closed connection is gone. */
  gone: Promise<void> = Promise.resolve();
  /** The result of dialling: socket and timings. Null while the connection is not open. */
  dialled: Dialled | null = null;
  /** True once a request on this connection was answered in full. The other side may then close it at any time. */
  used = false;
  closed = false;
  /** The reader of the heads of responses, between the socket and undici's parser. */
  readonly head: ResponseHead;
  #opened = false;
  #dialling: Dialling | null = null;
  #dial: Dial;
  #tls: TlsIdentity | null;

  constructor(
    { key, origin, tls }: Place,
    dial: Dial,
    maxHeaderBytes: number,
    onClosed: (connection: Connection) => void,
  ) {
    this.key = key;
    this.#tls = tls;
    this.#dial = dial;
    this.head = new ResponseHead(maxHeaderBytes);
    this.client = new Client(origin, {
      connect: (destination, callback) => this.#connect(destination, callback),
      allowH2: false,
      pipelining: 1,
      // The attempt's own deadline covers headers and body. undici's timers would only add work.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      // Our own reader of heads refuses longer ones first, and says so.
      maxHeaderSize: maxHeaderBytes + 1,
      maxRequestsPerClient: requestsPerConnection,
    });
    this.client.on('disconnect', () => {
      this.dialled = null;
      onClosed(this);
    });
    // undici emits `error` when one of our callbacks throws. Without a listener, that event would end the process.
    const emitter: EventEmitter = this.client;
    emitter.on('error', () => this.close());
  }

  get socket(): Socket | null {
    return this.dialled?.socket ?? null;
  }

  /** Closes the connection at once, whether it is being dialled, idle or in use. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#dialling?.cancel();
    this.gone = this.client.destroy().catch(() => {});
  }

  /**
   * Dials for undici. undici calls this again when a connection broke before any byte of the request was written. A
   * connection that became stale while idle may be opened again. A target that closes every new connection must not be
   * dialled forever, so the second dial fails.
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
    this.#dial(destination, dialling, this.#tls).then(
      (dialled) => {
        this.#dialling = null;
        if (this.closed) dialled.socket.destroy();
        else this.dialled = dialled;
        readThrough(dialled.socket, this.head);
        callback(null, dialled.socket);
      },
      (error: Error) => {
        this.#dialling = null;
        callback(error, null);
      },
    );
  }
}

/** Lets undici read from a socket only what its parser can read. */
function readThrough(socket: Socket, head: ResponseHead): void {
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(size);
      if (chunk === null) return null;
      try {
        const passed = head.pass(chunk);
        if (passed !== null) return passed;
      } catch (error) {
        socket.destroy(error as Error);
        return null;
      }
    }
  };
}
