/** Header fields as they came: names in lower case, order and repeats kept. */
export type HeaderList = [name: string, value: string][];

/** Duration of each phase of an attempt, in milliseconds; null where the phase did not happen. */
export type Timings = {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** Time from the last byte sent (or the connection being ready) to the first byte of the final response. */
  firstByteMs: number | null;
  bodyMs: number | null;
  totalMs: number;
};

/** One followed redirect: its status, the URL that answered, and the URL it led to. */
export type RedirectHop = { status: number; from: string; to: string };

/** Kinds of failure below HTTP in which an attempt can end. */
export const connectionErrorCodes = [
  'dns_error',
  'connection_refused',
  'connection_reset',
  'network_unreachable',
  'tls_certificate',
  'tls_error',
  'http_invalid',
  'too_many_redirects',
  'connection_error',
] as const;

/** A code of `connectionErrorCodes`. */
export type ConnectionErrorCode = (typeof connectionErrorCodes)[number];

/** What came of a response: all of it, or, with `truncated`, its beginning. */
export type Received = {
  status: number;
  headers: HeaderList;
  /** The body's bytes up to the limit, decoded unless the caller asked for an encoding. */
  body: Uint8Array;
  /** True if the body was longer than the limit, or was cut by the other side, and only its beginning was kept. */
  truncated: boolean;
  /** Present if the body had a content encoding and was decoded. */
  decoded?: true;
  /** Present if the body is the text of the events of a stream, which are stored already. */
  fromEvents?: true;
  /** A sentence about the body that the reason of the decision repeats, such as that it could not be decoded. */
  note?: string;
  redirects: RedirectHop[];
  remoteAddress: string | null;
};

/**
 * The outcome of one attempt, for a job's request and for a delivery alike. None of these is an exception: a 503, a
 * refused connection and a blocked address are ordinary outcomes.
 */
export type Outcome =
  | ({ kind: 'response'; timings: Timings } & Received)
  | {
      kind: 'timeout';
      afterMs: number;
      phase: 'connect' | 'headers' | 'body';
      /** False only if it is certain that no byte of the request was sent. */
      requestSent: boolean;
      /** What came of the response before the end. Absent if its headers did not come. */
      partial?: Received;
      timings: Timings;
    }
  | {
      kind: 'connection_error';
      code: ConnectionErrorCode;
      message: string;
      /** False only if it is certain that no byte of the request was sent. */
      requestSent: boolean;
      /** What came of the response before the end. Absent if its headers did not come. */
      partial?: Received;
      timings: Timings;
    }
  /**
   * The egress guard refused the target, and nothing was sent. `message` names the fix; `detail` is only for the
   * operator's log.
   */
  | { kind: 'blocked'; message: string; detail?: string | undefined; timings: Timings }
  /**
   * The request cannot be sent as it is, for example because the client refuses a header. A retry cannot help, unless
   * only a signing secret or an encryption key is missing.
   */
  | {
      kind: 'invalid_request';
      message: string;
      timings: Timings;
      lacks?: 'signing_secret' | 'payload' | 'key' | 'upstream';
    }
  /** Our worker died or was stopped while the request may have been in progress. */
  | { kind: 'interrupted'; by: 'worker_lost' | 'shutdown' };

/** Returns what came of a response: all of it, or a part of it; null if nothing came. */
export function receivedOf(outcome: Outcome): Received | null {
  if (outcome.kind === 'response') return outcome;
  return 'partial' in outcome ? (outcome.partial ?? null) : null;
}

/** The word for an outcome in lists and logs. */
export type OutcomeKind = Outcome['kind'] | 'cancelled' | 'unstorable';
