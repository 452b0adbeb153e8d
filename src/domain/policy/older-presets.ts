import type { FailurePolicy, HeadersStrategy, Policy, Rule } from './policy.ts';

/**
 * Older forms of presets, by the names under which jobs of that time are stored. Nothing here may change, so nothing
 * comes from the presets or the defaults of today.
 */
export const olderForms: Readonly<Record<string, Policy>> = {
  ...bothForms('default', 1, defaultRules1()),
  ...bothForms('openai', 1, openaiRules1()),
  ...bothForms('anthropic', 1, anthropicRules1()),
};

/** The first forms: only some names of reset headers, and `x-should-retry` is ignored. */
function defaultRules1(): Rule[] {
  const exact = (status: number): Rule['when'] => ({
    text: String(status),
    kind: 'exact',
    ranges: [[status, status]],
  });
  const several: Rule['when'] = {
    text: '408,500,502,504',
    kind: 'list',
    ranges: [
      [408, 408],
      [500, 500],
      [502, 502],
      [504, 504],
    ],
  };
  return [
    rule(
      exact(429),
      headers1(
        ['retry-after', 'ratelimit', 'x-ratelimit-reset', 'x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens'],
        ['', '', 'x-ratelimit-remaining', 'x-ratelimit-remaining-requests', 'x-ratelimit-remaining-tokens'],
        ['', '', 'x-ratelimit-limit', 'x-ratelimit-limit-requests', 'x-ratelimit-limit-tokens'],
      ),
    ),
    rule(exact(503), { strategy: 'backoff', ...backoff1(5) }),
    { ...rule(several, { strategy: 'backoff', ...backoff1(3) }), onlyRepeatable: true },
  ];
}

function openaiRules1(): Rule[] {
  const when: Rule['when'] = { text: '429', kind: 'exact', ranges: [[429, 429]] };
  const reset = headers1(
    ['retry-after', 'x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens'],
    ['', 'x-ratelimit-remaining-requests', 'x-ratelimit-remaining-tokens'],
    ['', 'x-ratelimit-limit-requests', 'x-ratelimit-limit-tokens'],
  );
  const usedUp = { pointer: '/error/code', value: 'insufficient_quota' };
  return [
    { ...rule(when, { strategy: 'backoff', ...backoff1(0) }), bodyMatches: usedUp },
    { ...rule(when, reset), key: '429#2' },
    ...lastRules1(),
  ];
}

function anthropicRules1(): Rule[] {
  const names = (of: string) =>
    ['requests', 'tokens', 'input-tokens', 'output-tokens'].map((window) => `anthropic-ratelimit-${window}-${of}`);
  const reset = headers1(['retry-after', ...names('reset')], ['', ...names('remaining')], ['', ...names('limit')]);
  return [rule({ text: '429', kind: 'exact', ranges: [[429, 429]] }, reset), ...lastRules1()];
}

function lastRules1(): Rule[] {
  const conflicts: Rule['when'] = { text: '408,409', kind: 'list', ranges: [[408, 409]] };
  const broken: Rule['when'] = { text: '5xx', kind: 'span', ranges: [[500, 599]] };
  return [
    rule(conflicts, { strategy: 'backoff', ...backoff1(3) }),
    rule(broken, { strategy: 'backoff', ...backoff1(5) }),
  ];
}

function headers1(resetHeader: string[], remainingHeader: string[], limitHeader: string[]): HeadersStrategy {
  return {
    strategy: 'headers',
    resetHeader,
    remainingHeader,
    limitHeader,
    resetFormat: 'auto',
    limit: 10,
    maxWaitSeconds: 3_600,
    fallback: backoff1(5),
  };
}

function backoff1(limit: number) {
  return { limit, minTimeoutInMs: 1_000, maxTimeoutInMs: 60_000, factor: 1.8, randomize: true };
}

function rule(when: Rule['when'], strategy: Rule['strategy']): Rule {
  return { key: when.text, when, bodyMatches: null, onlyRepeatable: false, strategy };
}

/** Returns the forms for requests that are safe to repeat, and for others, by their names. */
function bothForms(preset: string, version: number, rules: Rule[]): Record<string, Policy> {
  const form = (repeatable: boolean): Policy => {
    const failures: FailurePolicy = { nothingSent: backoff1(5), maybeSent: repeatable ? backoff1(3) : null };
    return {
      preset,
      rules,
      timeout: failures,
      connectionError: failures,
      accept: { text: '2xx', kind: 'span', ranges: [[200, 299]] },
      maxAttempts: 25,
      onInterrupted: 'retry',
      onOversize: 'fail',
      repeatable,
    };
  };
  return { [`${preset}/${version}/repeatable`]: form(true), [`${preset}/${version}/once`]: form(false) };
}
