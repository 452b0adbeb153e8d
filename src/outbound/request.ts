import type { HeaderList, Outcome } from '#src/domain/decide/outcome.ts';

/** One HTTP request to be made, with the bounds it must keep to. */
export type OutboundRequest = {
  url: string;
  method: string;
  headers: HeaderList;
  body: Uint8Array | null;
  /** Total for the attempt: from now to the last body byte, over DNS, connect, TLS and every redirect. */
  timeoutMs: number;
  maxResponseBytes: number;
  /** 0: never follow. */
  maxRedirects: number;
  /** Lower-case names of headers that must not follow a redirect to another origin, besides those that are always secret. */
  sensitiveHeaders?: string[];
  /** Aborts the request; the outcome is then `interrupted` by `shutdown` and the caller ignores it. */
  signal?: AbortSignal;
};

/** Performs a request. Never throws or rejects for anything the other side, the network or the guard does. */
export type Send = (request: OutboundRequest) => Promise<Outcome>;
