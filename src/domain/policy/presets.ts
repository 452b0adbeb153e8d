import { defaultBackoff } from './backoff.ts';
import type { Backoff, FailurePolicy, HeadersStrategy, Rule, Strategy } from './policy.ts';
import { parseStatusPattern, type StatusPattern } from './status-pattern.ts';

/** A failure policy whose `maybeSent` part may apply to repeatable requests only. */
export type PresetFailures = FailurePolicy & { maybeSentOnlyRepeatable: boolean };

/** A named policy. `shouldRetry` is the one of `Policy`. */
export type Preset = { rules: Rule[]; timeout: PresetFailures; connectionError: PresetFailures; shouldRetry?: Backoff };

/** The preset names that `retry` accepts, the default first. */
export const presetNames = ['default', 'none', 'openai', 'anthropic'] as const;

/** The name of a preset. */
export type PresetName = (typeof presetNames)[number];

/** Default values of the `headers` strategy. */
export const headersDefaults = { limit: 10, maxWaitSeconds: 3_600, resetFormat: 'auto' } as const;

/**
 * The usual reset headers, each with the headers that say how much is left and what the limit is. `retry-after` stands
 * for `retry-after-ms` too.
 */
const usual: readonly Window[] = [
  ['retry-after', '', ''],
  ['ratelimit', '', ''],
  ['ratelimit-reset', 'ratelimit-remaining', 'ratelimit-limit'],
  ['x-ratelimit-reset', 'x-ratelimit-remaining', 'x-ratelimit-limit'],
  ['x-ratelimit-reset-after', 'x-ratelimit-remaining', 'x-ratelimit-limit'],
  ['x-rate-limit-reset', 'x-rate-limit-remaining', 'x-rate-limit-limit'],
];

type Window = readonly [reset: string, remaining: string, limit: string];

/**
 * The presets of this release.
 *
 * - `none`: no retry at all.
 * - `default`: 429 by the response's headers; 503 and failures that sent nothing by backoff; 500, 502, 504, 408,
 *   timeouts and broken connections by backoff if the request is safe to repeat, because a repeated POST may be paid
 *   twice.
 * - `openai`: 429 by OpenAI's `x-ratelimit-reset-*` headers, except a used-up quota; 408, 409 and 5xx by backoff.
 * - `anthropic`: 429 by Anthropic's `anthropic-ratelimit-*-reset` headers; 408, 409, 5xx (529: overloaded) by backoff.
 *
 * All of these know the usual names of reset headers (`usual`). `openai` and `anthropic` obey `x-should-retry`.
 *
 * Timeouts and connection errors are the same in all presets except `none`.
 */
export const presets: Readonly<Record<PresetName, Preset>> = { none: none(), ...working() };

function none(): Preset {
  const never = { nothingSent: null, maybeSent: null, maybeSentOnlyRepeatable: false };
  return { rules: [], timeout: never, connectionError: never };
}

function working(): Record<Exclude<PresetName, 'none'>, Preset> {
  const careful = { nothingSent: backoff(5), maybeSent: backoff(3), maybeSentOnlyRepeatable: true };
  const failures = { timeout: careful, connectionError: careful };
  const windows = ['requests', 'tokens'].map(
    (of): Window => [`x-ratelimit-reset-${of}`, `x-ratelimit-remaining-${of}`, `x-ratelimit-limit-${of}`],
  );
  const anthropicWindows = ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((of): Window => {
    const name = `anthropic-ratelimit-${of}`;
    return [`${name}-reset`, `${name}-remaining`, `${name}-limit`];
  });
  return {
    default: {
      rules: [
        rule('429', headers(windows)),
        rule('503', { strategy: 'backoff', ...backoff(5) }),
        { ...rule('408,500,502,504', { strategy: 'backoff', ...backoff(3) }), onlyRepeatable: true },
      ],
      ...failures,
    },
    openai: {
      rules: [
        // A used-up quota also answers 429, and waiting does not refill it.
        {
          ...rule('429', { strategy: 'backoff', ...backoff(0) }),
          bodyMatches: { pointer: '/error/code', value: 'insufficient_quota' },
        },
        {
          ...rule('429', headers(windows)),
          key: '429#2',
        },
        rule('408,409', { strategy: 'backoff', ...backoff(3) }),
        rule('5xx', { strategy: 'backoff', ...backoff(5) }),
      ],
      ...failures,
      shouldRetry: backoff(3),
    },
    anthropic: {
      rules: [
        rule('429', headers(anthropicWindows)),
        rule('408,409', { strategy: 'backoff', ...backoff(3) }),
        rule('5xx', { strategy: 'backoff', ...backoff(5) }),
      ],
      ...failures,
      shouldRetry: backoff(3),
    },
  };
}

function backoff(limit: number): Backoff {
  return { ...defaultBackoff, limit };
}

/** Returns the strategy that reads the usual reset headers, and then an API's own. */
function headers(own: readonly Window[]): HeadersStrategy {
  const { limit, maxWaitSeconds, resetFormat } = headersDefaults;
  const all = [...usual, ...own];
  return {
    strategy: 'headers',
    resetHeader: all.map(([reset]) => reset),
    remainingHeader: all.map(([, remaining]) => remaining),
    limitHeader: all.map(([, , most]) => most),
    resetFormat,
    limit,
    maxWaitSeconds,
    fallback: { ...defaultBackoff },
  };
}

function rule(text: string, strategy: Strategy): Rule {
  const when = parseStatusPattern(text) as StatusPattern;
  return { key: text, when, bodyMatches: null, onlyRepeatable: false, strategy };
}
