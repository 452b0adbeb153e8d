import type { JsonValue, ResetFormat } from '#src/domain/policy/policy.ts';
import type { PresetName } from '#src/domain/policy/presets.ts';

/** A duration: a number in the unit that the field's name ends in, or text like `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"1d"`. */
export type Duration = number | string;

/** Exponential backoff. Retry `k` (from 0) waits `minTimeoutInMs · factor^k`, spread, and never outside the two bounds. */
export type BackoffFields = {
  /** Retries, not tries: 5 means up to 6 requests, 0 means never. Default 5; 10 with the headers strategy. At most 1,000. */
  limit?: number | undefined;
  /** The shortest wait. Default 1,000. */
  minTimeoutInMs?: Duration | undefined;
  /** The longest wait. Default 60,000; at most one day. */
  maxTimeoutInMs?: Duration | undefined;
  /** How much longer each wait is than the one before it, 1 – 100. Default 1.8. */
  factor?: number | undefined;
  /** Spreads the waits, so that jobs that failed together do not come back together. Default true. */
  randomize?: boolean | undefined;
};

/** A rule's condition on the response's body. */
export type BodyMatchInput = {
  /** A JSON pointer (RFC 6901), like `/error/code`. */
  pointer: string;
  /** The rule applies when the body is JSON and the value there equals this one. */
  value: JsonValue;
};

/** Retry by backoff. */
export type BackoffRule = BackoffFields & {
  /** Default `"backoff"`. */
  strategy?: 'backoff' | undefined;
  /** An alias of `strategy`. */
  type?: 'backoff' | undefined;
  bodyMatches?: BodyMatchInput | undefined;
};

/** Wait for the reset that the response's headers announce; the backoff fields are the fallback when they do not. */
export type HeadersRule = BackoffFields & {
  strategy?: 'headers' | undefined;
  /** An alias of `strategy`; one of the two has to say `"headers"`. */
  type?: 'headers' | undefined;
  /** The header, or headers, that say when to try again. */
  resetHeader: string | string[];
  /** The header that says how much is left, or a list paired with `resetHeader` by position. */
  remainingHeader?: string | string[] | undefined;
  /** The header that says the limit: shown on the attempt, decides nothing. */
  limitHeader?: string | string[] | undefined;
  /** How to read the reset. Default `"auto"`. */
  resetFormat?: ResetFormat | undefined;
  /** A reset or `Retry-After` later than this fails the job with `rate_limit_wait_too_long`. Default 3,600; at most 7 days. */
  maxWaitSeconds?: Duration | undefined;
  bodyMatches?: BodyMatchInput | undefined;
};

/** What to do about a status. */
export type RetryRule = BackoffRule | HeadersRule;

/** A rule of the list form: the first that matches decides. */
export type ListedRetryRule = RetryRule & {
  /** `429`, `"500-599"`, `"5xx"`, `"42x"`, `"401,403"`, `"any"`. */
  when: string | number;
};

/** Rules by status pattern, where the most specific wins, or a list, where the first wins. */
export type RetryRules = Record<string, RetryRule> | ListedRetryRule[];

/**
 * How to retry by status: a preset's name, rules (which replace the preset's), or both (the rules come first).
 * `{}` means that no status is retried.
 */
export type RetryInput = PresetName | RetryRules | { preset?: PresetName | undefined; rules?: RetryRules | undefined };
