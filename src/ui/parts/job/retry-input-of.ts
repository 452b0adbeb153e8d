import type { BackoffFields, ListedRetryRule, RetryInput } from '#src/contract/submit/retry-input.ts';
import type { Backoff, Policy, Rule } from '#src/domain/policy/policy.ts';
import { type PresetName, presets } from '#src/domain/policy/presets.ts';

/**
 * Returns the `retry` input that gives this policy's rules again: the preset's name, the rules in their order, or both.
 */
export function retryInputOf(policy: Policy): RetryInput {
  const preset = presetOf(policy);
  if (preset !== null && sameRules(policy.rules, presets[preset].rules)) return preset;
  // Rules of the preset are left out, because they come back with its name.
  const own = policy.rules.filter((rule) => !isOf(preset, rule)).map(listed);
  return preset === null ? own : { preset, rules: own };
}

/** Returns the preset from which a policy comes. */
export function presetOf(policy: Policy): PresetName | null {
  return policy.preset !== null && Object.hasOwn(presets, policy.preset) ? (policy.preset as PresetName) : null;
}

function isOf(preset: PresetName | null, rule: Rule): boolean {
  return preset !== null && presets[preset].rules.some((its) => sameRules([its], [rule]));
}

function sameRules(a: readonly Rule[], b: readonly Rule[]): boolean {
  const plain = (rules: readonly Rule[]) => JSON.stringify(rules.map(({ key: _, ...rule }) => rule));
  return plain(a) === plain(b);
}

function listed({ when, bodyMatches, strategy, then }: Rule): ListedRetryRule {
  const condition = { ...(bodyMatches !== null && { bodyMatches }), ...(then !== undefined && { then }) };
  if (strategy.strategy === 'backoff') return { when: when.text, ...backoff(strategy), ...condition };
  const { resetHeader, remainingHeader, limitHeader, resetFormat, limit, maxWaitSeconds, fallback } = strategy;
  return {
    when: when.text,
    strategy: 'headers',
    resetHeader,
    ...(remainingHeader.some(Boolean) ? { remainingHeader } : {}),
    ...(limitHeader.some(Boolean) ? { limitHeader } : {}),
    resetFormat,
    maxWaitSeconds,
    ...backoff(fallback),
    limit,
    ...condition,
  };
}

function backoff({ limit, minTimeoutInMs, maxTimeoutInMs, factor, randomize }: Backoff): BackoffFields {
  return { limit, minTimeoutInMs, maxTimeoutInMs, factor, randomize };
}
