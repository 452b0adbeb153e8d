import type { FailurePolicy, Policy } from './policy.ts';
import { type PresetFailures, type PresetName, presets } from './presets.ts';
import { ofPreset } from './resolve-policy.ts';

/** The fields of a submission that make up its policy, and the two that hold retries of failures. */
export type PolicyField =
  | 'retry'
  | 'timeout.retry'
  | 'connectionError.retry'
  | 'accept'
  | 'maxAttempts'
  | 'onInterrupted'
  | 'onOversize';

/**
 * Returns a policy with the fields that are given anew; the others stay as they were. What a preset says of timeouts and
 * broken connections follows the preset, and whether the request, as it is now, is safe to repeat.
 *
 * @param edited the policy that the new fields make alone
 */
export function editPolicy(
  original: Policy,
  edited: Policy,
  { given, repeatable }: { given: ReadonlySet<PolicyField>; repeatable: boolean },
): Policy {
  if (given.size === 0 && repeatable === original.repeatable) return original;
  const ruled = given.has('retry') ? edited : original;
  const failure = (field: 'timeout' | 'connectionError'): FailurePolicy => {
    if (given.has(`${field}.retry`)) return edited[field];
    const before = presetOf(original)[field];
    const isPresets = isSame(original[field], ofPreset(before, original.repeatable));
    return isPresets ? ofPreset(presetOf(ruled)[field], repeatable) : original[field];
  };
  const field = <Name extends 'accept' | 'maxAttempts' | 'onInterrupted' | 'onOversize'>(name: Name): Policy[Name] =>
    given.has(name) ? edited[name] : original[name];
  // The order is that of every policy: it is stored by its text.
  return {
    preset: ruled.preset,
    rules: ruled.rules,
    timeout: failure('timeout'),
    connectionError: failure('connectionError'),
    accept: field('accept'),
    maxAttempts: field('maxAttempts'),
    onInterrupted: field('onInterrupted'),
    onOversize: field('onOversize'),
    repeatable,
    ...(ruled.shouldRetry === undefined ? {} : { shouldRetry: ruled.shouldRetry }),
  };
}

type Failures = Record<'timeout' | 'connectionError', PresetFailures>;

/** Returns the preset that a policy came from. Rules that were written out take what is not of a status from `default`. */
function presetOf({ preset }: Policy): Failures {
  return presets[(preset ?? 'default') as PresetName] ?? presets.default;
}

function isSame(one: FailurePolicy, other: FailurePolicy): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
