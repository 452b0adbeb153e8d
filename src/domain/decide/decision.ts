import { connectionErrorCodes } from './outcome.ts';
/** Error of a failed job: a stable code, a sentence, and whether the same request may succeed later. */
export type JobError = { code: JobErrorCode; message: string; retryable: boolean };

/** Every error code of a failed job. */
export const jobErrorCodes = [
  'bad_status',
  'timeout',
  ...connectionErrorCodes,
  'blocked_target',
  'invalid_request',
  'upstream_gone',
  'response_too_large',
  'rate_limit_wait_too_long',
  'deadline_exceeded',
  'worker_lost',
  'unstorable',
] as const;

/** A code of `jobErrorCodes`. */
export type JobErrorCode = (typeof jobErrorCodes)[number];

/**
 * Error of a delivery that failed or was cancelled. It has the codes of a job's error, and two more for a payload or an
 * endpoint that is gone.
 */
export type DeliveryError = Omit<JobError, 'code' | 'retryable'> & {
  code: JobErrorCode | 'payload_expunged' | 'endpoint_deleted';
  retryable?: boolean;
};

/** Error of a delivery that is cancelled because its endpoint was deleted. */
export const endpointDeleted: DeliveryError = {
  code: 'endpoint_deleted',
  message: 'the endpoint was deleted before this was delivered',
};

/** Values that the deciding rule used, for people to read. The attempt shows them exactly as recorded. */
export type DecisionInputs = {
  /** Names of the response headers that decided. The dashboard marks them "used". */
  usedHeaders?: string[];
  /** Raw value of the reset header; `resetAt` is the instant it was read as (ISO 8601). */
  resetValue?: string;
  resetAt?: string;
  remaining?: string;
  limitValue?: string;
  /** What `retry-after` said; or `retry-after-ms`, with its unit, if that counted. */
  retryAfter?: string;
  /** Backoff in milliseconds, before `Retry-After` or another minimum makes it longer. */
  backoffMs?: number;
  /** Random spread added after a reset, in milliseconds. */
  spreadMs?: number;
};

/**
 * A decision after an outcome: the next step, the rule that decided, and the reason in one plain sentence with its
 * numbers.
 */
export type Decision = {
  /** Key of the rule; or `accept`, `timeout`, `connection_error`, `interrupted`; or null when no rule matched. */
  rule: string | null;
  why: string;
  inputs: DecisionInputs;
  /** Retries of this rule so far, this one included, and its limit; absent where retries are not counted. */
  retry?: { count: number; limit: number };
} & (
  | { then: 'complete' }
  /**
   * A retry after `delayMs`. `countAs` is the key whose retry counter goes up; null: none, as after an interruption.
   */
  | { then: 'retry'; delayMs: number; countAs: string | null }
  | { then: 'fail'; error: JobError }
);

/** Counters of what has happened so far, this attempt included. */
export type History = {
  /** Attempts made so far, this one included, interruptions not counted. */
  attempts: number;
  /** Interruptions so far, this one included. */
  interruptions: number;
  /** Retries used so far, by rule key; also under `timeout` and `connection_error`. */
  retries: Record<string, number>;
};
