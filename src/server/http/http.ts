/** A request as our own routes see it, independent of the HTTP server. Header names are lower-case. */
export type HttpRequest = {
  method: string;
  /** The raw path, not percent-decoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** The query as it was sent, with its `?`; empty: there is none. */
  search: string;
  headers: Record<string, string | undefined>;
  /**
   * Reads the body once; refuses one longer than `maxBytes` with `body_too_large`. `each` sees every part as it arrives,
   * and may throw a Refusal.
   */
  body(maxBytes: number, each?: (part: Buffer) => void): Promise<Buffer>;
  /** The signal fires when the caller has disconnected. */
  signal: AbortSignal;
  /** The caller's address: the address that connected, or the one that trusted proxies report. */
  peer: string;
  requestId: string;
};

/** The parts of a request that identify the caller and the project. */
export type Call = Pick<HttpRequest, 'headers' | 'method' | 'query'>;

export type HttpResponse = {
  status: number;
  /** The response headers. A header with several values, like `set-cookie`, has a list. */
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /**
   * The stream that replaces a body. Chunks are written as they come, no faster than the caller reads, until the stream
   * ends or the caller disconnects.
   */
  stream?: AsyncIterable<string>;
  /**
   * Returns the trailers, which are known only when the stream has ended. `headers` must announce their names as
   * `trailer`.
   */
  trailers?: () => Record<string, string>;
};

/** Answers a request, or returns null when the path is not one of its own. It may throw a `Refusal`. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse | null>;
