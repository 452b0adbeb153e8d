import { policyLimits } from '#src/domain/limits.ts';
import { defaultBackoff } from './backoff.ts';
import { matchValues } from './body-match.ts';
import type { Backoff, BodyMatch, HeadersStrategy, ResetFormat, Strategy } from './policy.ts';
import { headersDefaults } from './presets.ts';

/** Refusal of a policy: an error code of the contract, a sentence, and the path of the field in the job's input. */
export type PolicyRefusal = { code: 'invalid_retry' | 'shadowed_rule'; message: string; field: string };

/** Backoff fields as a user gives them. A missing field gets its default. */
export type BackoffInput = { [Field in keyof Backoff]?: Backoff[Field] | undefined };

/** A strategy as a user gives it, with durations already read as numbers. `type` is an alias of `strategy`. */
export type StrategyInput = BackoffInput & {
  strategy?: 'backoff' | 'headers' | undefined;
  type?: 'backoff' | 'headers' | undefined;
  resetHeader?: string | string[] | undefined;
  remainingHeader?: string | string[] | undefined;
  limitHeader?: string | string[] | undefined;
  resetFormat?: ResetFormat | undefined;
  maxWaitSeconds?: number | undefined;
  bodyMatches?: BodyMatch | undefined;
  then?: 'fail' | undefined;
};

/** A value, or the refusal of it. `code` tells them apart. */
export type OrRefusal<T> = T | PolicyRefusal;

/** Returns true if reading a part of the policy ended in a refusal. */
export function isPolicyRefusal(value: object): value is PolicyRefusal {
  return 'code' in value && (value.code === 'invalid_retry' || value.code === 'shadowed_rule');
}

/** Returns a refusal with code `invalid_retry` whose message begins with the field's name. */
export function invalidRetry(field: string, message: string): PolicyRefusal {
  return { code: 'invalid_retry', message: `\`${field}\` ${message}`, field };
}

/**
 * Fills in a backoff's defaults. If only one of the two bounds is given and the default of the other conflicts with it,
 * the default moves to the given bound. If both are given, they must be in order.
 */
export function readBackoff(input: BackoffInput, field: string, defaults = defaultBackoff): OrRefusal<Backoff> {
  const { limit = defaults.limit, factor = defaults.factor, randomize = defaults.randomize } = input;
  const min = input.minTimeoutInMs ?? Math.min(defaults.minTimeoutInMs, input.maxTimeoutInMs ?? Infinity);
  const max = input.maxTimeoutInMs ?? Math.max(defaults.maxTimeoutInMs, min);
  const problem =
    whole(limit, policyLimits.maxRetries, `${field}.limit`) ??
    whole(min, policyLimits.maxDelayMs, `${field}.minTimeoutInMs`) ??
    whole(max, policyLimits.maxDelayMs, `${field}.maxTimeoutInMs`);
  if (problem !== null) return problem;
  if (min > max) {
    return invalidRetry(`${field}.minTimeoutInMs`, `(${min}) must not be above maxTimeoutInMs (${max}).`);
  }
  if (!(factor >= 1 && factor <= policyLimits.maxFactor)) {
    return invalidRetry(`${field}.factor`, `must be a number from 1 to ${policyLimits.maxFactor}.`);
  }
  return { limit, minTimeoutInMs: min, maxTimeoutInMs: max, factor, randomize };
}

/** Reads a rule's strategy. A rule that names none is a backoff. */
export function readStrategy(input: StrategyInput, field: string): OrRefusal<Strategy> {
  if (input.strategy !== undefined && input.type !== undefined && input.strategy !== input.type) {
    return invalidRetry(
      `${field}.type`,
      `("${input.type}") and strategy ("${input.strategy}") differ; give one of them.`,
    );
  }
  if ((input.strategy ?? input.type) === 'headers') return readHeaders(input, field);
  for (const name of ['resetHeader', 'remainingHeader', 'limitHeader', 'resetFormat', 'maxWaitSeconds'] as const) {
    if (input[name] !== undefined) {
      return invalidRetry(`${field}.${name}`, 'belongs to the headers strategy; add strategy: "headers".');
    }
  }
  const backoff = readBackoff(input, field);
  return isPolicyRefusal(backoff) ? backoff : { strategy: 'backoff', ...backoff };
}

/** Reads a rule's condition on the body; null if it has none. */
export function readBodyMatch(input: StrategyInput, field: string): BodyMatch | null | PolicyRefusal {
  if (input.bodyMatches === undefined) return null;
  const { bodyMatches } = input;
  const { pointer } = bodyMatches;
  const [name, written] = 'anyOf' in bodyMatches ? ['anyOf', bodyMatches.anyOf] : ['value', bodyMatches.value];
  if (pointer.length > policyLimits.pointerLength) {
    const most = policyLimits.pointerLength;
    return invalidRetry(`${field}.bodyMatches.pointer`, `may have at most ${most} characters.`);
  }
  if (JSON.stringify(written).length > policyLimits.matchValueLength) {
    const most = policyLimits.matchValueLength.toLocaleString('en-US');
    return invalidRetry(`${field}.bodyMatches.${name}`, `may have at most ${most} characters as JSON.`);
  }
  const values = matchValues(bodyMatches).length;
  if (values === 0 || values > policyLimits.matchValues) {
    return invalidRetry(`${field}.bodyMatches.anyOf`, `must hold 1 to ${policyLimits.matchValues} values.`);
  }
  if (pointer !== '' && !pointer.startsWith('/')) {
    return invalidRetry(`${field}.bodyMatches.pointer`, 'must be a JSON pointer: empty, or starting with "/".');
  }
  return bodyMatches;
}

function readHeaders(input: StrategyInput, field: string): OrRefusal<HeadersStrategy> {
  const { maxWaitSeconds = headersDefaults.maxWaitSeconds, limit = headersDefaults.limit } = input;
  const resetHeader = headerNames(input.resetHeader);
  const remainingHeader = headerNames(input.remainingHeader);
  const limitHeader = headerNames(input.limitHeader);
  if (resetHeader.length === 0) {
    return invalidRetry(
      `${field}.resetHeader`,
      'must name the response header, or headers, that say when to try again.',
    );
  }
  for (const [name, list] of Object.entries({ resetHeader, remainingHeader, limitHeader })) {
    const wrong = list.find((item) => item !== '' && !/^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/.test(item));
    if (wrong !== undefined) return invalidRetry(`${field}.${name}`, 'must be a header name or a list of them.');
    if (list.length > Math.min(resetHeader.length, policyLimits.maxHeaders)) {
      const most = name === 'resetHeader' ? policyLimits.maxHeaders : resetHeader.length;
      return invalidRetry(`${field}.${name}`, `may name at most ${most}: it is paired with resetHeader by position.`);
    }
  }
  if (resetHeader.includes('')) return invalidRetry(`${field}.resetHeader`, 'must not hold empty names.');
  const fallback = readBackoff({ ...input, limit }, field);
  if (isPolicyRefusal(fallback)) return fallback;
  const problem = whole(maxWaitSeconds, policyLimits.maxWaitSeconds, `${field}.maxWaitSeconds`);
  if (problem !== null) return problem;
  const resetFormat = input.resetFormat ?? headersDefaults.resetFormat;
  return {
    strategy: 'headers',
    resetHeader,
    remainingHeader,
    limitHeader,
    resetFormat,
    limit,
    maxWaitSeconds,
    fallback,
  };
}

function headerNames(names: string | string[] | undefined): string[] {
  if (names === undefined) return [];
  return (Array.isArray(names) ? names : [names]).map((name) => name.trim().toLowerCase());
}

function whole(value: number, max: number, field: string): PolicyRefusal | null {
  if (Number.isInteger(value) && value >= 0 && value <= max) return null;
  return invalidRetry(field, `must be a whole number from 0 to ${max.toLocaleString('en-US')}.`);
}
