import type { HeaderList, Outcome } from '#src/domain/decide/outcome.ts';

/** How a request shows itself to its target in TLS, and whom it believes. All texts are PEM. */
export type TlsIdentity = {
  /** A hash of the rest. Connections are shared among requests with the same one only. */
  print: string;
  /** The client's certificate, with its chain, and its private key. */
  certificate: string | null;
  key: string | null;
  /** The authorities that are believed instead of the public ones; null: the public ones. */
  ca: string | null;
};

/** An HTTP request to send, with its limits. */
export type OutboundRequest = {
  url: string;
  method: string;
  headers: HeaderList;
  body: Uint8Array | null;
  /**
   * True if the request may arrive twice although its method is not idempotent, as with a key that the receiver knows
   * repeats by. It is then sent once more when a kept connection ends without an answer.
   */
  repeatable?: boolean;
  /** The time limit of the attempt: from now to the last body byte, including DNS, connect, TLS and every redirect. */
  timeoutMs: number;
  maxResponseBytes: number;
  /** The most redirects to follow. 0: none. */
  maxRedirects: number;
  /**
   * Lower-case names of further secret headers. A redirect to another origin drops them, like the headers that are
   * always secret.
   */
  sensitiveHeaders?: string[];
  /** The identity in TLS. At another origin, to which a redirect leads, it is not used. */
  tls?: TlsIdentity | null;
  /** True if the body holds secrets. A redirect that would send it to another origin ends the attempt. */
  secretBody?: boolean;
  /** This signal aborts the request. The outcome is then `interrupted` by `shutdown`, and the caller ignores it. */
  signal?: AbortSignal;
  /**
   * Takes the body of the final response, when its headers have come, instead of collecting it. Null: the body is
   * collected as any other. It is not asked for a body with a content encoding until that is decoded as a whole.
   */
  takeBody?: (status: number, headers: HeaderList) => BodySink | null;
};

/** A reader of a body as it comes. */
export type BodySink = {
  /** Takes a chunk, which is only valid during the call. Returns false if no more chunks are wanted. */
  push(chunk: Uint8Array): boolean;
  /** Returns true if reading must pause. `resume` is then called once when it may go on. */
  pauses(resume: () => void): boolean;
  /** Returns the body that the outcome gets. */
  bytes(): Uint8Array;
};

/** Performs a request. Never throws or rejects because of the other side, the network or the guard. */
export type Send = (request: OutboundRequest) => Promise<Outcome>;
