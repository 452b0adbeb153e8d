import { toAnswerError } from './answer-error.ts';
import { RingbackError } from './errors.ts';
import { pause } from './pause.ts';
import { readServerSentEvents } from './server-sent-events.ts';

/** The options of a FetchEventSource. `fetch` sends its requests. */
export type FetchEventSourceInit = {
  fetch: (url: string, init?: RequestInit) => Promise<Response>;
  withCredentials?: boolean;
};

/**
 * An EventSource (HTML standard §9.2) over `fetch`. It works where the platform has no EventSource, and it can send
 * headers. A broken or ended connection is opened again after the delay that the stream asks for (1 s if it does not).
 * A refusal closes the FetchEventSource with the event that tRPC uses for errors, because an `error` event could not
 * carry the reason.
 */
export class FetchEventSource extends EventTarget {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSED = 2;
  readyState = 0;
  readonly #closing = new AbortController();

  constructor(url: string, init?: FetchEventSourceInit) {
    super();
    void this.#run(url, init?.fetch ?? globalThis.fetch);
  }

  close(): void {
    this.readyState = this.CLOSED;
    this.#closing.abort();
  }

  async #run(url: string, send: FetchEventSourceInit['fetch']): Promise<void> {
    const { signal } = this.#closing;
    let lastEventId = '';
    let delayMs = 1_000;
    while (!signal.aborted) {
      let cause: unknown;
      try {
        const headers = { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) };
        const response = await send(url, { headers, signal });
        if (!response.ok || !response.body) throw await toAnswerError(response);
        this.#tell('open', {}, this.OPEN);
        for await (const event of readServerSentEvents(response.body)) {
          lastEventId = event.id ?? lastEventId;
          delayMs = event.retryMs ?? delayMs;
          if (event.data !== undefined) this.#tell(event.type, { data: event.data, lastEventId });
        }
      } catch (error) {
        cause = error;
      }
      if (signal.aborted) return;
      if (cause instanceof RingbackError && isFinal(cause)) {
        this.#tell('serialized-error', { data: JSON.stringify(toTrpcShape(cause)) });
        return this.close();
      }
      const message = cause instanceof Error ? cause.message : 'The connection was closed.';
      this.#tell('error', { message, cause }, this.CONNECTING);
      await pause(delayMs, signal).catch(() => undefined);
    }
  }

  #tell(type: string, fields: object, readyState = this.readyState): void {
    if (this.#closing.signal.aborted) return;
    this.readyState = readyState;
    this.dispatchEvent(Object.assign(new Event(type), fields));
  }
}

/** True for an error that a repeated request would get again. */
function isFinal({ code, status = 0 }: RingbackError): boolean {
  if (code === 'missing_setting') return true;
  return status >= 400 && status < 500 && status !== 429;
}

/**
 * Converts a refusal to an error as tRPC sends it within the stream. -32600 is JSON-RPC's "invalid request", which tRPC
 * does not repeat.
 */
function toTrpcShape({ message, code, status, field, requestId }: RingbackError): object {
  return { message, code: -32_600, data: { code, httpStatus: status, field, requestId } };
}
