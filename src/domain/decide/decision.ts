import { connectionErrorCodes } from './outcome.ts';
/** Why a job failed: a stable code, a sentence, and whether the same request may succeed later. */
export type JobError = { code: JobErrorCode; message: string; retryable: boolean };

/** Every code a failed job can carry. */
export const jobErrorCodes = [
  'bad_status',
  'timeout',
  ...connectionErrorCodes,
  'blocked_target',
  'invalid_request',
  'response_too_large',
  'rate_limit_wait_too_long',
  'deadline_exceeded',
  'worker_lost',
  'unstorable',
] as const;

/** One of `jobErrorCodes`. */
export type JobErrorCode = (typeof jobErrorCodes)[number];

/** Why a delivery ended undelivered: as a job, or since what was to be sent, or whom to send it to, is gone. */
export type DeliveryError = Omit<JobError, 'code' | 'retryable'> & {
  code: JobErrorCode | 'payload_expunged' | 'endpoint_deleted';
  retryable?: boolean;
};

/** Why a delivery is cancelled when it is about to be sent, or with its endpoint. */
export const endpointDeleted: DeliveryError = {
  code: 'endpoint_deleted',
  message: 'the endpoint was deleted before this was delivered',
};

/** What the deciding rule looked at, for people to read: shown on the attempt exactly as recorded. */
export type DecisionInputs = {
  /** Names of the response headers that decided; marked "used" in the dashboard. */
  usedHeaders?: string[];
  /** The reset header's raw value, and the instant it was read as (ISO 8601). */
  resetValue?: string;
  resetAt?: string;
  remaining?: string;
  limitValue?: string;
  retryAfter?: string;
  /** The backoff before any floor, in milliseconds. */
  backoffMs?: number;
  /** Random spread added on top of a reset, in milliseconds. */
  spreadMs?: number;
};

/** What follows from an outcome, which rule said so, and why in one plain sentence with the numbers it used. */
export type Decision = {
  /** The rule's key, `accept`, `timeout`, `connection_error`, `interrupted`, or null when no rule matched. */
  rule: string | null;
  why: string;
  inputs: DecisionInputs;
  /** This rule's retries so far including this one, and its limit, where counted. */
  retry?: { count: number; limit: number };
} & (
  | { then: 'complete' }
  /** Try again after `delayMs`; `countAs` is the key whose retry counter goes up (null: none, as after an interruption). */
  | { then: 'retry'; delayMs: number; countAs: string | null }
  | { then: 'fail'; error: JobError }
);

/** What happened before this outcome. */
export type History = {
  /** Attempts made so far, this one included, interruptions not counted. */
  attempts: number;
  /** Interruptions so far, this one included. */
  interruptions: number;
  /** Retries used so far under each rule's key, under `timeout` and `connection_error`. */
  retries: Record<string, number>;
};
