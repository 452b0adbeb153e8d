import type { JsonValue, ResetFormat } from '#src/domain/policy/policy.ts';
import type { PresetName } from '#src/domain/policy/presets.ts';

/**
 * A duration: a number in the unit at the end of the field's name, or text like `"500ms"`, `"30s"`, `"5m"`, `"2h"`,
 * `"1d"`.
 */
export type Duration = number | string;

/**
 * Exponential backoff. Retry `k` (from 0) waits `minTimeoutInMs · factor^k`, with a random spread, and always within
 * the two bounds.
 */
export type BackoffFields = {
  /**
   * Number of retries, without the first attempt: 5 means up to 6 requests, 0 means no retry. Default 5; 10 with the
   * headers strategy. At most 1,000.
   */
  limit?: number | undefined;
  /** The shortest wait in milliseconds. Default 1,000. */
  minTimeoutInMs?: Duration | undefined;
  /** The longest wait in milliseconds. Default 60,000; at most one day. */
  maxTimeoutInMs?: Duration | undefined;
  /** Factor by which each wait is longer than the one before, 1 – 100. Default 1.8. */
  factor?: number | undefined;
  /** True (default) spreads the waits, so that jobs that failed together are not retried together. */
  randomize?: boolean | undefined;
};

/** A rule's condition on the response's body. */
export type BodyMatchInput = {
  /** JSON pointer (RFC 6901), like `/error/code`. */
  pointer: string;
} & (
  | {
      /** Value at the pointer. The rule applies if the body is JSON and has an equal value there. */
      value: JsonValue;
    }
  | {
      /** Values, of which the body has one at the pointer; 1 – 32. */
      anyOf: JsonValue[];
    }
);

/** A rule that retries by backoff. */
export type BackoffRule = BackoffFields & {
  /** Name of the strategy. Default `"backoff"`. */
  strategy?: 'backoff' | undefined;
  /** An alias of `strategy`. */
  type?: 'backoff' | undefined;
  bodyMatches?: BodyMatchInput | undefined;
  /**
   * `fail` makes a status that `accept` accepts fail the job when the rule has no retry left. By default such a status
   * then completes the job.
   */
  then?: 'fail' | undefined;
};

/**
 * A rule that waits for the reset announced by the response's headers. If they announce none, the backoff fields apply.
 */
export type HeadersRule = BackoffFields & {
  strategy?: 'headers' | undefined;
  /** An alias of `strategy`. One of the two must be `"headers"`. */
  type?: 'headers' | undefined;
  /** Header, or headers, that announce the time of the reset. */
  resetHeader: string | string[];
  /** Header with the remaining quota, or a list paired with `resetHeader` by position. */
  remainingHeader?: string | string[] | undefined;
  /** Header with the quota's limit. It is shown on the attempt and decides nothing. */
  limitHeader?: string | string[] | undefined;
  /** Format of the reset header. Default `"auto"`. */
  resetFormat?: ResetFormat | undefined;
  /**
   * The longest wait in seconds. A later reset or `Retry-After` fails the job with `rate_limit_wait_too_long`. Default
   * 3,600; at most 7 days.
   */
  maxWaitSeconds?: Duration | undefined;
  bodyMatches?: BodyMatchInput | undefined;
  /** The same as in a BackoffRule. */
  then?: 'fail' | undefined;
};

/** A rule for a status. */
export type RetryRule = BackoffRule | HeadersRule;

/** A rule of the list form. The first matching rule decides. */
export type ListedRetryRule = RetryRule & {
  /** Status pattern: `429`, `"500-599"`, `"5xx"`, `"42x"`, `"401,403"`, `"any"`. */
  when: string | number;
};

/** Rules by status pattern, of which the most specific match decides; or a list, of which the first match decides. */
export type RetryRules = Record<string, RetryRule> | ListedRetryRule[];

/**
 * Retries by status: the name of a preset, rules (which replace the preset's), or both (the given rules come first).
 * `{}` means that no status is retried.
 */
export type RetryInput = PresetName | RetryRules | { preset?: PresetName | undefined; rules?: RetryRules | undefined };
