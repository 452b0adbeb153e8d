import type { Dispatcher } from 'undici';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import type { Attempt } from './attempt.ts';
import { BodyReader } from './body.ts';
import type { Pool, Waiter } from './connection-pool.ts';
import type { Connection } from './kept-connection.ts';
import { codeOf } from './resolve.ts';

/** One request as it goes over one connection. */
export type Hop = { url: URL; method: string; headers: HeaderList; body: Uint8Array | null };

export type Answer = { status: number; headers: HeaderList; body: Uint8Array; truncated: boolean };

/** How far things had got when an error came; it decides what an ambiguous error means. */
export type FailedAt = {
  /** The request had been written, at least in part. */
  sent: boolean;
  /** Some byte of a response had come. */
  responding: boolean;
  /** The other side had closed its half of the connection. */
  peerEnded: boolean;
  /** The body had ended before the length it declared. */
  bodyFellShort: boolean;
};

export type Exchanged =
  | ({ kind: 'answer' } & Answer)
  | { kind: 'failure'; error: unknown; at: FailedAt }
  /** The attempt was stopped; it knows why. */
  | { kind: 'stopped' };

/** How many body bytes to read of a response that starts like this. */
export type BodyLimit = (status: number, headers: HeaderList) => number;

/** RFC 9110 §9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const closedByPeer = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Sends one request and reads its answer. Never rejects. */
export function exchange(pool: Pool, attempt: Attempt, hop: Hop, bodyLimit: BodyLimit): Promise<Exchanged> {
  return new Promise((resolve) => new Exchange(pool, attempt, hop, bodyLimit, resolve).start());
}

/** undici's handler for one request. It is told of the same end in several ways; the first one counts. */
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
  #responding = false;
  #status = 0;
  #headers: HeaderList = [];
  #body: BodyReader | null = null;

  constructor(pool: Pool, attempt: Attempt, hop: Hop, bodyLimit: BodyLimit, resolve: (exchanged: Exchanged) => void) {
    this.#pool = pool;
    this.#attempt = attempt;
    this.#hop = hop;
    this.#bodyLimit = bodyLimit;
    this.#resolve = resolve;
  }

  start(): void {
    // It may have been stopped between two hops, when nobody was listening.
    if (this.#attempt.stopped !== null) {
      this.#end({ kind: 'stopped' });
      return;
    }
    this.#attempt.onStop = () => this.#end({ kind: 'stopped' });
    this.#attempt.connecting();
    this.#connect(false);
  }

  #connect(fresh: boolean): void {
    this.#waiter = { cancelled: false, fresh, ready: (connection) => this.#dispatch(connection) };
    this.#pool.take(this.#hop.url.origin, this.#waiter);
  }

  #dispatch(connection: Connection): void {
    const { url, method, headers, body } = this.#hop;
    this.#waiter = null;
    this.#connection = connection;
    const path = url.pathname + url.search;
    connection.client.dispatch({ path, method: method as Dispatcher.HttpMethod, headers: headers.flat(), body }, this);
  }

  /** undici writes the request right after this returns. */
  onRequestStart(): void {
    const dialled = this.#connection?.dialled ?? null;
    this.#sent = true;
    this.#reused = this.#connection?.used ?? false;
    this.#attempt.sent(this.#reused ? null : dialled, dialled?.socket.remoteAddress ?? null);
  }

  onResponseStarted(): void {
    this.#responding = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#attempt.answered();
    this.#status = status;
    this.#headers = decodeHeaders(controller.rawHeaders);
    const length = this.#headers.find(([name]) => name === 'content-length')?.[1];
    const bodiless = this.#hop.method === 'HEAD' || status === 204 || status === 304;
    const declared = length === undefined || bodiless ? null : Number(length);
    this.#body = new BodyReader(this.#bodyLimit(status, this.#headers), declared);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done || this.#body === null) return;
    if (!this.#body.push(chunk)) this.#end(this.#answer());
  }

  onResponseEnd(): void {
    if (this.#done) return;
    const connection = this.#connection;
    this.#connection = null;
    // Not at once: undici decides whether the socket lives on after this returns. Queued before the promise is resolved,
    // so that whoever waits for the answer finds the connection free.
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
      responding: this.#responding,
      peerEnded: this.#connection?.socket?.readableEnded ?? false,
      bodyFellShort: this.#body?.fellShort ?? false,
    };
    this.#end({ kind: 'failure', error, at });
  }

  /**
   * A server may close an idle connection just as we write the next request on it. RFC 9112 §9.3.1 allows repeating an
   * idempotent request then, on a new connection and without being asked; any other is reported, since it may have
   * been acted upon.
   */
  #isStale(error: Error): boolean {
    return (
      this.#sent &&
      this.#reused &&
      !this.#retried &&
      !this.#responding &&
      idempotent.has(this.#hop.method) &&
      closedByPeer.has(codeOf(error) ?? '')
    );
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

  /** A connection that is still held here has not been read to the end of its answer: it cannot be used again. */
  #end(exchanged: Exchanged): void {
    if (this.#done) return;
    this.#done = true;
    this.#attempt.onStop = null;
    if (this.#waiter !== null) this.#waiter.cancelled = true;
    if (this.#connection !== null) this.#pool.discard(this.#connection);
    this.#resolve(exchanged);
  }
}

/** Bytes above 0x7f are kept as Latin-1 (RFC 9110 §5.5), so that the value can be turned back into its bytes. */
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
