import type { AttemptLine } from '#src/contract/job/job-view.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { isPoll, matchValues } from '#src/domain/policy/body-match.ts';
import type { Backoff, BodyMatch, FailurePolicy, Policy, Rule } from '#src/domain/policy/policy.ts';

/** A rule in words. `rule` is its name in a decision. */
export type PolicyLine = { key: string; rule: string; words: string; used: number; limit: number };

export function policyLines(policy: Policy, attempts: readonly AttemptLine[]): PolicyLine[] {
  const lines = policy.rules
    .filter((rule) => policy.repeatable || !rule.onlyRepeatable)
    .map((rule) => ({
      key: rule.key,
      rule: rule.key,
      words: ruleWords(rule),
      used: usedBy(attempts, rule.key),
      limit: rule.strategy.limit,
    }));
  return [
    ...lines,
    ...(policy.shouldRetry === undefined ? [] : [shouldRetryLine(policy.shouldRetry, attempts)]),
    failureLine('timeout', 'timeout', policy.timeout, usedBy(attempts, 'timeout')),
    failureLine('connection', 'connection_error', policy.connectionError, usedBy(attempts, 'connection_error')),
  ];
}

function usedBy(attempts: readonly AttemptLine[], key: string): number {
  return attempts.filter(({ decision }) => decision?.then === 'retry' && decision.countAs === key).length;
}

function shouldRetryLine(backoff: Backoff, attempts: readonly AttemptLine[]): PolicyLine {
  const key = 'x-should-retry';
  const words = `false: no retry; true: ${backoffWords(backoff)}`;
  return { key, rule: key, words, used: usedBy(attempts, key), limit: backoff.limit };
}

function ruleWords(rule: Rule): string {
  const { strategy, bodyMatches, then } = rule;
  const word = isPoll(rule) ? 'polls while' : 'if';
  const condition = bodyMatches === null ? '' : `${word} ${bodyWords(bodyMatches)}: `;
  const end = then === undefined ? '' : ', then fail';
  if (strategy.limit === 0) return `${condition}no retry${end}`;
  if (strategy.strategy === 'backoff') return condition + backoffWords(strategy) + end;
  return `${condition}headers, until reset, up to ${formatWait(strategy.maxWaitSeconds * 1_000)}${end}`;
}

function bodyWords(match: BodyMatch): string {
  const values = matchValues(match).map((value) => JSON.stringify(value));
  return `${match.pointer === '' ? 'the body' : match.pointer} is ${values.join(' or ')}`;
}

function failureLine(key: string, rule: string, { nothingSent, maybeSent }: FailurePolicy, used: number): PolicyLine {
  const backoff = maybeSent ?? nothingSent;
  if (!backoff || backoff.limit === 0) return { key, rule, words: 'no retry', used, limit: 0 };
  const only = maybeSent === null ? ', only when nothing was sent' : '';
  return { key, rule, words: backoffWords(backoff) + only, used, limit: backoff.limit };
}

function backoffWords({ minTimeoutInMs, maxTimeoutInMs, factor }: Backoff): string {
  return `backoff ${formatWait(minTimeoutInMs)} – ${formatWait(maxTimeoutInMs)}, × ${factor}`;
}
