import type { HeaderList, Outcome } from '#src/domain/decide/outcome.ts';

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
  /** True if the body holds secrets. A redirect that would send it to another origin ends the attempt. */
  secretBody?: boolean;
  /** This signal aborts the request. The outcome is then `interrupted` by `shutdown`, and the caller ignores it. */
  signal?: AbortSignal;
};

/** Performs a request. Never throws or rejects because of the other side, the network or the guard. */
export type Send = (request: OutboundRequest) => Promise<Outcome>;
