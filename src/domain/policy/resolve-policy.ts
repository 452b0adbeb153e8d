import { limits, policyLimits } from '#src/domain/limits.ts';
import type { FailurePolicy, Policy } from './policy.ts';
import { type PresetFailures, type PresetName, presetNames, presets } from './presets.ts';
import { type BackoffInput, invalidRetry, isPolicyRefusal, type OrRefusal, readBackoff } from './read-strategy.ts';
import { joinRules, orderRules, type RulesInput } from './rule-order.ts';
import { parseStatusPattern, type StatusPattern } from './status-pattern.ts';

/** `retry` as a user gives it, with durations already read as numbers. */
export type RetrySetting = string | RulesInput | { preset?: string | undefined; rules?: RulesInput | undefined };

/** Everything that makes up a job's policy. `undefined` stands for the default. */
export type PolicyInput = {
  retry?: RetrySetting | undefined;
  timeoutRetry?: BackoffInput | undefined;
  connectionErrorRetry?: BackoffInput | undefined;
  accept?: string | undefined;
  maxAttempts?: number | undefined;
  onInterrupted?: 'retry' | 'fail' | undefined;
  onOversize?: 'fail' | 'truncate' | undefined;
  method: string;
  /** True if the request has an `Idempotency-Key`, from its author or from us. */
  hasIdempotencyKey: boolean;
};

/** Methods that are safe to repeat (idempotent by RFC 9110 §9.2.2, without TRACE). */
const repeatableMethods = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

const success = parseStatusPattern('2xx') as StatusPattern;

/** The policies that are presets without any change, by the name of the preset and by what a job may repeat. */
const unchanged = new Map<string, Policy>();

/**
 * Returns a job's policy. Jobs that use a preset without a change, as most do, share one object, which must not be
 * changed: it is compared and stored by its identity.
 */
export function resolvePolicy(input: PolicyInput): OrRefusal<Policy> {
  const name = unchangedPreset(input);
  if (name === null) return makePolicy(input);
  const key = `${name}/${isRepeatable(input)}`;
  const known = unchanged.get(key);
  if (known !== undefined) return known;
  const policy = makePolicy(input);
  if (!isPolicyRefusal(policy)) unchanged.set(key, policy);
  return policy;
}

/** Returns the name of the preset that the input does not change, empty if it names none; null: it changes something. */
function unchangedPreset(input: PolicyInput): string | null {
  const { retry, timeoutRetry, connectionErrorRetry, accept, maxAttempts, onInterrupted, onOversize } = input;
  const isUnchanged =
    (timeoutRetry ?? connectionErrorRetry ?? accept) === undefined &&
    (maxAttempts ?? limits.maxAttempts.default) === limits.maxAttempts.default &&
    (onInterrupted ?? 'retry') === 'retry' &&
    (onOversize ?? 'fail') === 'fail';
  if (!isUnchanged) return null;
  if (retry === undefined) return '';
  return typeof retry === 'string' && isPresetName(retry) ? retry : null;
}

/** Returns whether a request is safe to repeat, by its method or by a key that its receiver tells repetitions by. */
export function isRepeatable({
  method,
  hasIdempotencyKey,
}: Pick<PolicyInput, 'method' | 'hasIdempotencyKey'>): boolean {
  return hasIdempotencyKey || repeatableMethods.has(method.toUpperCase());
}

/**
 * Fills in every default and puts the rules in order of precedence. Rules given without a preset replace the default
 * preset's rules for statuses; timeouts and connection errors stay as in that preset. With a preset, the given rules
 * come before its own. A refusal names the field, and for a rule that can never match also the rule that shadows it.
 */
function makePolicy(input: PolicyInput): OrRefusal<Policy> {
  const { name, rules: written, field } = splitSetting(input.retry);
  if (name !== null && !isPresetName(name)) {
    const known = presetNames.map((preset) => `"${preset}"`).join(', ');
    return invalidRetry(
      field.replace(/rules$/, 'preset'),
      `must be rules by status or one of ${known}, not "${name}".`,
    );
  }
  if (input.accept !== undefined && input.accept.length > policyLimits.patternLength) {
    return invalidRetry('accept', `may have at most ${policyLimits.patternLength} characters.`);
  }
  const accept = input.accept === undefined ? success : parseStatusPattern(input.accept);
  if (accept === null) {
    return invalidRetry(
      'accept',
      `must be statuses in one text, like "2xx", "200-299", "2xx,404" or "any", not "${input.accept}".`,
    );
  }
  const preset = presets[name ?? 'default'];
  const own = written === undefined ? [] : orderRules(written, field, accept);
  if (isPolicyRefusal(own)) return own;
  const repeatable = isRepeatable(input);
  const timeout = failures(input.timeoutRetry, preset.timeout, repeatable, 'timeout.retry');
  if (isPolicyRefusal(timeout)) return timeout;
  const connection = failures(input.connectionErrorRetry, preset.connectionError, repeatable, 'connectionError.retry');
  if (isPolicyRefusal(connection)) return connection;
  return {
    preset: name ?? (written === undefined ? 'default' : null),
    rules: written === undefined ? preset.rules : name === null ? own : joinRules(own, preset.rules),
    timeout,
    connectionError: connection,
    accept,
    maxAttempts: input.maxAttempts ?? limits.maxAttempts.default,
    onInterrupted: input.onInterrupted ?? 'retry',
    onOversize: input.onOversize ?? 'fail',
    repeatable,
    ...(name === null || preset.shouldRetry === undefined ? {} : { shouldRetry: preset.shouldRetry }),
  };
}

function splitSetting(retry: RetrySetting | undefined): {
  name: string | null;
  rules: RulesInput | undefined;
  field: string;
} {
  if (retry === undefined) return { name: null, rules: undefined, field: 'retry' };
  if (typeof retry === 'string') return { name: retry, rules: undefined, field: 'retry' };
  if (isComposite(retry)) return { name: retry.preset ?? null, rules: retry.rules, field: 'retry.rules' };
  return { name: null, rules: retry, field: 'retry' };
}

/** Returns true for `{ preset, rules }`. No status pattern has one of these names. */
export function isComposite(retry: object): retry is { preset?: string | undefined; rules?: RulesInput | undefined } {
  return !Array.isArray(retry) && ('preset' in retry || 'rules' in retry);
}

function isPresetName(name: string): name is PresetName {
  return (presetNames as readonly string[]).includes(name);
}

/**
 * Returns the failure policy. Backoff fields given by the user apply whether or not the request was sent: the user has
 * decided that.
 */
function failures(
  input: BackoffInput | undefined,
  preset: PresetFailures,
  repeatable: boolean,
  field: string,
): OrRefusal<FailurePolicy> {
  if (input === undefined) return ofPreset(preset, repeatable);
  const backoff = readBackoff(input, field);
  return isPolicyRefusal(backoff) ? backoff : { nothingSent: backoff, maybeSent: backoff };
}

/** Returns what a preset says of a failure, for a request that is safe to repeat or not. */
export function ofPreset(
  { nothingSent, maybeSent, maybeSentOnlyRepeatable }: PresetFailures,
  repeatable: boolean,
): FailurePolicy {
  return { nothingSent, maybeSent: maybeSentOnlyRepeatable && !repeatable ? null : maybeSent };
}
