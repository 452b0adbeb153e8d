import type { StatusPattern } from './status-pattern.ts';

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Exponential backoff. `limit` counts retries, not tries: 5 means up to 6 requests, 0 means never.
 * Delays are in milliseconds.
 */
export type Backoff = {
  limit: number;
  minTimeoutInMs: number;
  maxTimeoutInMs: number;
  factor: number;
  randomize: boolean;
};

/** How a reset header's value is to be read; `auto` tells the forms apart by their looks. */
export type ResetFormat =
  | 'auto'
  | 'unix_timestamp'
  | 'unix_timestamp_in_ms'
  | 'iso_8601'
  | 'iso_8601_duration_openai_variant'
  | 'http_date'
  | 'delta_seconds';

export type BackoffStrategy = { strategy: 'backoff' } & Backoff;

/** Waits for the reset that the response's headers announce. Header names are lower-case, lists paired by position. */
export type HeadersStrategy = {
  strategy: 'headers';
  resetHeader: string[];
  remainingHeader: string[];
  limitHeader: string[];
  resetFormat: ResetFormat;
  limit: number;
  maxWaitSeconds: number;
  /** Used when no header can be read; its own limit is unused, the rule's counts. */
  fallback: Backoff;
};

export type Strategy = BackoffStrategy | HeadersStrategy;

/** A rule applies only when the body is JSON and the value at this JSON pointer equals `value`. */
export type BodyMatch = { pointer: string; value: JsonValue };

/** A status pattern with what to do about it. Rules are kept in order of precedence: the first that matches decides. */
export type Rule = {
  /** The pattern as its author wrote it; also the key its retries are counted under, made unique by position. */
  key: string;
  when: StatusPattern;
  bodyMatches: BodyMatch | null;
  /** Applies only to requests that may be repeated safely (`Policy.repeatable`). */
  onlyRepeatable: boolean;
  strategy: Strategy;
};

/** What to do when no response arrived. */
export type FailurePolicy = {
  /** The request certainly never left: repeating it is always safe. Null: no retry. */
  nothingSent: Backoff | null;
  /** The request may have been received. Null: no retry. */
  maybeSent: Backoff | null;
};

/** A job's whole retry policy, with every default filled in: what is stored with the job and what `decide` reads. */
export type Policy = {
  /** The preset it came from, for display; null when written out by hand. */
  preset: string | null;
  rules: Rule[];
  timeout: FailurePolicy;
  connectionError: FailurePolicy;
  /** Statuses that complete the job; `any` keeps whatever came back. */
  accept: StatusPattern;
  /** Ceiling over all rules: attempts in all, interruptions not counted. */
  maxAttempts: number;
  onInterrupted: 'retry' | 'fail';
  onOversize: 'fail' | 'truncate';
  /** GET, HEAD, PUT, DELETE, OPTIONS, or a request that carries an Idempotency-Key. */
  repeatable: boolean;
};
