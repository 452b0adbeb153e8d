import type { StatusPattern } from './status-pattern.ts';

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * Exponential backoff. `limit` counts retries, without the first attempt: 5 means up to 6 requests, 0 means no retry.
 * Delays are in milliseconds.
 */
export type Backoff = {
  limit: number;
  minTimeoutInMs: number;
  maxTimeoutInMs: number;
  factor: number;
  randomize: boolean;
};

/** Format of a reset header's value. `auto` recognises the format by the value. */
export type ResetFormat =
  | 'auto'
  | 'unix_timestamp'
  | 'unix_timestamp_in_ms'
  | 'iso_8601'
  | 'iso_8601_duration_openai_variant'
  | 'http_date'
  | 'delta_seconds';

export type BackoffStrategy = { strategy: 'backoff' } & Backoff;

/**
 * A strategy that waits for the reset announced by the response's headers. Header names are lower-case; the lists are
 * paired by position.
 */
export type HeadersStrategy = {
  strategy: 'headers';
  resetHeader: string[];
  remainingHeader: string[];
  limitHeader: string[];
  resetFormat: ResetFormat;
  limit: number;
  maxWaitSeconds: number;
  /** Backoff used when no header can be read. Its own limit is unused: the rule's limit counts. */
  fallback: Backoff;
};

export type Strategy = BackoffStrategy | HeadersStrategy;

/** Condition of a rule: the body is JSON, and the value at this JSON pointer equals `value`, or one of `anyOf`. */
export type BodyMatch = { pointer: string; value: JsonValue } | { pointer: string; anyOf: JsonValue[] };

/** A status pattern and the strategy for it. Rules are kept in order of precedence: the first that matches decides. */
export type Rule = {
  /** Pattern as its author wrote it, made unique by position. The rule's retries are counted under it. */
  key: string;
  when: StatusPattern;
  bodyMatches: BodyMatch | null;
  /** True if the rule applies only to requests that are safe to repeat (`Policy.repeatable`). */
  onlyRepeatable: boolean;
  strategy: Strategy;
  /**
   * `fail`: an accepted status fails the job once the rule has no retry left. Absent: such a status then completes the
   * job.
   */
  then?: 'fail';
};

/** Retries after an attempt without a response. */
export type FailurePolicy = {
  /** Backoff if the request was certainly not sent: repeating it is always safe. Null: no retry. */
  nothingSent: Backoff | null;
  /** Backoff if the request may have been received. Null: no retry. */
  maybeSent: Backoff | null;
};

/** A job's whole retry policy, with every default filled in. It is stored with the job, and `decide` reads it. */
export type Policy = {
  /** Preset that the policy came from, for display; null if the rules were written out. */
  preset: string | null;
  rules: Rule[];
  timeout: FailurePolicy;
  connectionError: FailurePolicy;
  /** Statuses that complete the job; `any` accepts every response. */
  accept: StatusPattern;
  /** Highest number of attempts over all rules, interruptions not counted. */
  maxAttempts: number;
  onInterrupted: 'retry' | 'fail';
  onOversize: 'fail' | 'truncate';
  /** True for GET, HEAD, PUT, DELETE, OPTIONS, and for a request with an Idempotency-Key. */
  repeatable: boolean;
  /**
   * Backoff for a status without a rule whose response says `x-should-retry: true`. Its presence also means that
   * `x-should-retry: false` ends the job. Absent: that header is ignored. Only presets of APIs that send it have this.
   */
  shouldRetry?: Backoff;
};
