import type { Dispatcher } from 'undici';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import type { Attempt } from './attempt.ts';
import { BodyReader } from './body.ts';
import type { Pool, Waiter } from './connection-pool.ts';
import type { Connection } from './kept-connection.ts';
import type { BodySink, TlsIdentity } from './request.ts';
import { codeOf } from './resolve.ts';

/** A request to one URL. An attempt has one hop, and one more for each redirect. */
export type Hop = {
  url: URL;
  method: string;
  headers: HeaderList;
  body: Uint8Array | null;
  /** True if the request may arrive twice, whatever its method. */
  repeatable: boolean;
  tls: TlsIdentity | null;
};

export type Answer = { status: number; headers: HeaderList; body: Uint8Array; truncated: boolean };

/** The progress of a request at the moment of an error. An ambiguous error is classified by it. */
export type FailedAt = {
  /** True when the request had been written, at least in part. */
  sent: boolean;
  /** True when at least one byte of a response had come. */
  responding: boolean;
  /** True when the headers of the response had come. */
  headed?: boolean;
  /** True when the other side had closed its half of the connection. */
  peerEnded: boolean;
  /** True when the body had ended before its declared length. */
  bodyFellShort: boolean;
};

export type Exchanged =
  | ({ kind: 'answer' } & Answer)
  | { kind: 'failure'; error: unknown; at: FailedAt; partial: Answer | null }
  /** The attempt was stopped. Its field `stopped` has the reason. */
  | { kind: 'stopped'; partial: Answer | null };

/** Returns the most body bytes to read of a response with this status and these headers, or what takes the body. */
export type BodyLimit = (status: number, headers: HeaderList) => number | BodySink;

/** Idempotent methods (RFC 9110 §9.2.2), except TRACE, which no job may use. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/**
 * A request that may not be repeated uses no connection that was idle for longer. The server may be closing it, and a
 * request that crosses the end of its connection is lost without a trace.
 */
const maxIdleMs = 500;
const closedByPeer = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Sends one request and reads its response. Never rejects. */
export function exchange(pool: Pool, attempt: Attempt, hop: Hop, bodyLimit: BodyLimit): Promise<Exchanged> {
  return new Promise((resolve) => new Exchange(pool, attempt, hop, bodyLimit, resolve).start());
}

/**
 * undici's handler for one request. undici may report the same end in several ways, and only the first report counts.
 */
class Exchange implements Dispatcher.DispatchHandler {
  #pool: Pool;
  #attempt: Attempt;
  #hop: Hop;
  #bodyLimit: BodyLimit;
  #resolve: (exchanged: Exchanged) => void;
  #waiter: Waiter | null = null;
  #connection: Connection | null = null;
  #done = false;
  #sent = false;
  #reused = false;
  #retried = false;
  #status = 0;
  #headers: HeaderList = [];
  #body: BodyReader | null = null;
  /** Gives back the share of memory that a large body has, or waits for. */
  #giveBack: (() => void) | null = null;

  constructor(pool: Pool, attempt: Attempt, hop: Hop, bodyLimit: BodyLimit, resolve: (exchanged: Exchanged) => void) {
    this.#pool = pool;
    this.#attempt = attempt;
    this.#hop = hop;
    this.#bodyLimit = bodyLimit;
    this.#resolve = resolve;
  }

  start(): void {
    // The attempt may have been stopped between two hops, when no `onStop` was set.
    if (this.#attempt.stopped !== null) {
      this.#end({ kind: 'stopped', partial: null });
      return;
    }
    this.#attempt.onStop = () => this.#end({ kind: 'stopped', partial: this.#partial() });
    this.#attempt.connecting();
    this.#connect(false);
  }

  #connect(fresh: boolean): void {
    this.#waiter = {
      cancelled: false,
      fresh,
      maxIdleMs: this.#isRepeatable() ? Number.POSITIVE_INFINITY : maxIdleMs,
      ready: (connection) => this.#dispatch(connection),
    };
    this.#pool.take(this.#hop.url.origin, this.#waiter, this.#hop.tls);
  }

  #dispatch(connection: Connection): void {
    const { url, method, headers, body } = this.#hop;
    this.#waiter = null;
    this.#connection = connection;
    const path = url.pathname + url.search;
    connection.client.dispatch({ path, method: method as Dispatcher.HttpMethod, headers: headers.flat(), body }, this);
  }

  /** undici calls this right before it writes the request. */
  onRequestStart(): void {
    const dialled = this.#connection?.dialled ?? null;
    this.#sent = true;
    this.#connection?.head.expect();
    this.#reused = this.#connection?.used ?? false;
    this.#attempt.sent(this.#reused ? null : dialled, dialled?.remoteAddress ?? null);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#attempt.answered();
    this.#status = status;
    this.#headers = decodeHeaders(controller.rawHeaders);
    const length = this.#headers.find(([name]) => name === 'content-length')?.[1];
    const bodiless = this.#hop.method === 'HEAD' || status === 204 || status === 304;
    const declared = length === undefined || bodiless ? null : Number(length);
    const limit = this.#bodyLimit(status, this.#headers);
    this.#body = typeof limit === 'number' ? new BodyReader(limit, declared) : new BodyReader(0, declared, limit);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done || this.#body === null) return;
    this.#connection?.head.bodyCame(chunk.byteLength);
    if (!this.#body.push(chunk)) this.#end(this.#answer());
    else if (this.#body.pauses(() => controller.resume())) controller.pause();
    else if (this.#giveBack === null && this.#body.large > 0) this.#share(controller, this.#body.large);
  }

  #share(controller: Dispatcher.DispatchController, bytes: number): void {
    const { granted, giveBack } = this.#pool.memory.take(bytes, () => controller.resume());
    this.#giveBack = giveBack;
    if (!granted) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#done) return;
    const connection = this.#connection;
    this.#connection = null;
    // The connection is not released at once, because undici decides only after this method returns whether the socket
    // stays open. The release is queued before the promise resolves, so that the caller of the response finds the
    // connection free.
    if (connection !== null) queueMicrotask(() => this.#pool.release(connection));
    this.#end(this.#answer());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#done) return;
    if (this.#isStale(error)) {
      this.#retry();
      return;
    }
    const at: FailedAt = {
      sent: this.#sent,
      responding: this.#isResponding(),
      headed: this.#body !== null,
      peerEnded: this.#connection?.socket?.readableEnded ?? false,
      bodyFellShort: this.#body?.fellShort ?? false,
    };
    this.#end({ kind: 'failure', error, at, partial: this.#partial() });
  }

  /**
   * True when a reused connection had become stale. A server may close an idle connection just when the next request is
   * written to it. RFC 9112 §9.3.1 then allows a client to repeat an idempotent request by itself, on a new connection.
   * The same holds for a request that may arrive twice by its sender's word. Any other request is reported as failed,
   * since the server may have acted on it.
   */
  #isStale(error: Error): boolean {
    return (
      this.#sent &&
      this.#reused &&
      !this.#retried &&
      !this.#isResponding() &&
      this.#isRepeatable() &&
      closedByPeer.has(codeOf(error) ?? '')
    );
  }

  #isRepeatable(): boolean {
    return this.#hop.repeatable || idempotent.has(this.#hop.method);
  }

  #isResponding(): boolean {
    return this.#connection?.head.begun ?? false;
  }

  #retry(): void {
    const stale = this.#connection;
    this.#retried = true;
    this.#connection = null;
    this.#attempt.connecting();
    if (stale !== null) this.#pool.discard(stale);
    this.#connect(true);
  }

  #answer(): Exchanged {
    this.#attempt.ended();
    const body = this.#body?.bytes() ?? Buffer.alloc(0);
    const truncated = this.#body?.truncated ?? false;
    return { kind: 'answer', status: this.#status, headers: this.#headers, body, truncated };
  }

  /** Returns what has come of a response that did not end; null if its headers have not come. */
  #partial(): Answer | null {
    if (this.#body === null) return null;
    return { status: this.#status, headers: this.#headers, body: this.#body.bytes(), truncated: true };
  }

  /**
   * Ends the exchange once. A connection still held here has an unread part of its response, so it cannot be used
   * again.
   */
  #end(exchanged: Exchanged): void {
    if (this.#done) return;
    this.#done = true;
    this.#attempt.onStop = null;
    this.#giveBack?.();
    if (this.#waiter !== null) this.#waiter.cancelled = true;
    if (this.#connection !== null) this.#pool.discard(this.#connection);
    this.#resolve(exchanged);
  }
}

/** Decodes header bytes above 0x7f as Latin-1 (RFC 9110 §5.5), so that a value can be turned back into its bytes. */
function decodeHeaders(raw: Dispatcher.DispatchController['rawHeaders']): HeaderList {
  const list: HeaderList = [];
  if (!Array.isArray(raw)) return list;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    list.push([latin1(raw[index]).toLowerCase(), latin1(raw[index + 1])]);
  }
  return list;
}

function latin1(text: Buffer | string | undefined): string {
  return typeof text === 'string' ? text : (text?.toString('latin1') ?? '');
}
