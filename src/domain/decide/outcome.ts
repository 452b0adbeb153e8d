/** Header fields as they came: lower-case names, order and repeats kept. */
export type HeaderList = [name: string, value: string][];

/** How long each phase of an attempt took, in milliseconds; null where the phase did not happen. */
export type Timings = {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** From the last byte sent (or the connection being ready) to the first byte of the final response. */
  firstByteMs: number | null;
  bodyMs: number | null;
  totalMs: number;
};

/** One followed redirect: where the answer came from and where it led. */
export type RedirectHop = { status: number; from: string; to: string };

/** The kinds of failure below HTTP that an attempt can end in. */
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

/** One of `connectionErrorCodes`. */
export type ConnectionErrorCode = (typeof connectionErrorCodes)[number];

/**
 * What one attempt produced, for a job's request and for a delivery alike. Nothing here is an exception:
 * a 503, a refused connection and a blocked address are ordinary outcomes.
 */
export type Outcome =
  | {
      kind: 'response';
      status: number;
      headers: HeaderList;
      /** The bytes as they came, at most the limit. */
      body: Uint8Array;
      /** True when the body was longer than the limit and only its beginning was kept. */
      truncated: boolean;
      redirects: RedirectHop[];
      timings: Timings;
      remoteAddress: string | null;
    }
  | {
      kind: 'timeout';
      afterMs: number;
      phase: 'connect' | 'headers' | 'body';
      /** False only when certainly no byte of the request left us. */
      requestSent: boolean;
      timings: Timings;
    }
  | {
      kind: 'connection_error';
      code: ConnectionErrorCode;
      message: string;
      /** False only when certainly no byte of the request left us. */
      requestSent: boolean;
      timings: Timings;
    }
  /** The egress guard refused the target; nothing was sent. `message` names the cure, `detail` is for the operator's log alone. */
  | { kind: 'blocked'; message: string; detail?: string | undefined; timings: Timings }
  /**
   * The request cannot be sent as it stands (a header the client refuses, …); trying again cannot help, unless all that is
   * missing is a secret to sign a delivery with, or a key that opens what is sealed.
   */
  | { kind: 'invalid_request'; message: string; timings: Timings; lacks?: 'signing_secret' | 'payload' | 'key' }
  /** Our worker died or was stopped while the request may have been under way. */
  | { kind: 'interrupted'; by: 'worker_lost' | 'shutdown' };

/** The word for an outcome that lists and logs use. */
export type OutcomeKind = Outcome['kind'] | 'cancelled' | 'unstorable';
