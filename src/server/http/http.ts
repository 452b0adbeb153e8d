/** A request as our own routes see it, whichever mount it came in by. Header names are lower-case. */
export type HttpRequest = {
  method: string;
  /** Decoded by nobody: as it stands in the request line, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  /** Reads the body once; refuses one longer than `maxBytes` with `body_too_large`. */
  body(maxBytes: number): Promise<Buffer>;
  /** Fires when the caller has gone. */
  signal: AbortSignal;
  /** Where it comes from: the address that connected, or what trusted proxies say of it. */
  peer: string;
  requestId: string;
};

/** What of a request says who calls, and in which project. */
export type Call = Pick<HttpRequest, 'headers' | 'method' | 'query'>;

export type HttpResponse = {
  status: number;
  /** A field with several values, like `set-cookie`, has a list. */
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** Instead of a body: written as it comes, no faster than the caller reads, until it ends or the caller goes. */
  stream?: AsyncIterable<string>;
  /** What is known only when the stream has ended; `headers` must announce the names as `trailer`. */
  trailers?: () => Record<string, string>;
};

/** Answers a request, or null when the path is none of its own. May throw a `Refusal`. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse | null>;
