import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord, readShape, refuse } from '#src/contract/shape/shape.ts';
import { policyLimits } from '#src/domain/limits.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import type { BackoffInput, StrategyInput } from '#src/domain/policy/read-strategy.ts';
import { isPolicyRefusal } from '#src/domain/policy/read-strategy.ts';
import { isComposite, type PolicyInput, type RetrySetting, resolvePolicy } from '#src/domain/policy/resolve-policy.ts';
import type { ListedRuleInput, RulesInput } from '#src/domain/policy/rule-order.ts';
import { readDuration } from './duration.ts';
import type { BackoffFields, Duration } from './retry-input.ts';
import { oneListedRule, oneRule } from './retry-schema.ts';

const delayBounds = { unit: 'ms', min: 0, max: policyLimits.maxDelayMs, whole: true } as const;
const waitBounds = { unit: 's', min: 0, max: policyLimits.maxWaitSeconds, whole: true } as const;

/** Input of a job's policy; `retry` is not checked yet. */
export type PolicySource = Omit<PolicyInput, 'retry' | 'timeoutRetry' | 'connectionErrorRetry'> & {
  retry?: unknown;
  timeoutRetry?: BackoffFields | undefined;
  connectionErrorRetry?: BackoffFields | undefined;
};

/**
 * Returns a job's whole policy with every default filled in. Throws a Refusal with the field's path: `invalid_retry`,
 * `shadowed_rule`, `unknown_field` or `invalid_input`.
 */
export function readPolicy(source: PolicySource): Policy {
  const { timeoutRetry, connectionErrorRetry } = source;
  const policy = resolvePolicy({
    ...source,
    retry: readRetry(source.retry),
    timeoutRetry: timeoutRetry && backoffNumbers(timeoutRetry, 'timeout.retry'),
    connectionErrorRetry: connectionErrorRetry && backoffNumbers(connectionErrorRetry, 'connectionError.retry'),
  });
  if (isPolicyRefusal(policy)) throw new Refusal(policy.code, policy.message, policy.field);
  return policy;
}

/** Returns `retry` in the shape that the domain reads: known fields only, durations as numbers. */
function readRetry(retry: unknown): RetrySetting | undefined {
  if (retry === undefined || typeof retry === 'string') return retry;
  if (Array.isArray(retry) || (isRecord(retry) && !isComposite(retry))) return readRules(retry, 'retry');
  if (!isRecord(retry))
    throw refuse('invalid_retry', 'retry', 'must be a preset name, rules by status, or { preset, rules }.');
  const { preset, rules, ...rest } = retry;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) {
    throw refuse('unknown_field', `retry.${extra}`, 'is not a known field beside preset and rules.');
  }
  if (preset !== undefined && typeof preset !== 'string')
    throw refuse('invalid_retry', 'retry.preset', 'must be a name.');
  return { preset, rules: rules === undefined ? undefined : readRules(rules, 'retry.rules') };
}

function readRules(rules: unknown, field: string): RulesInput {
  // The number is checked first, so that a million rules are not read one by one.
  if (typeof rules === 'object' && rules !== null && Object.keys(rules).length > policyLimits.maxRules) {
    throw refuse('invalid_retry', field, `may hold at most ${policyLimits.maxRules} rules.`);
  }
  if (Array.isArray(rules)) {
    return rules.map((rule, index): ListedRuleInput => {
      const path = `${field}.${index}`;
      const { when, ...strategy } = readShape(oneListedRule, rule, path);
      return { ...ruleNumbers(strategy, path), when };
    });
  }
  if (!isRecord(rules))
    throw refuse('invalid_retry', field, 'must be an object of status patterns or a list of rules.');
  const read: [string, StrategyInput][] = Object.entries(rules).map(([pattern, rule]) => {
    const path = `${field}.${pattern}`;
    return [pattern, ruleNumbers(readShape(oneRule, rule, path), path)];
  });
  return Object.fromEntries(read);
}

type WrittenRule = Omit<StrategyInput, keyof BackoffInput | 'maxWaitSeconds'> &
  BackoffFields & { maxWaitSeconds?: Duration | undefined };

function ruleNumbers(rule: WrittenRule, field: string): StrategyInput {
  const { maxWaitSeconds, minTimeoutInMs, maxTimeoutInMs, ...rest } = rule;
  return {
    ...rest,
    ...backoffNumbers(rule, field),
    maxWaitSeconds:
      maxWaitSeconds === undefined ? undefined : read(maxWaitSeconds, waitBounds, `${field}.maxWaitSeconds`),
  };
}

function backoffNumbers(fields: BackoffFields, field: string): BackoffInput {
  const { limit, factor, randomize, minTimeoutInMs: min, maxTimeoutInMs: max } = fields;
  return {
    limit,
    factor,
    randomize,
    minTimeoutInMs: min === undefined ? undefined : read(min, delayBounds, `${field}.minTimeoutInMs`),
    maxTimeoutInMs: max === undefined ? undefined : read(max, delayBounds, `${field}.maxTimeoutInMs`),
  };
}

/** Reads a duration. An error in it is an error of the policy: `invalid_retry`. */
function read(value: Duration, bounds: typeof delayBounds | typeof waitBounds, field: string): number {
  try {
    return readDuration(value, bounds, field);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal('invalid_retry', error.message, field) : error;
  }
}
