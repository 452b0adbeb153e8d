import type { Decision } from '#src/domain/decide/decision.ts';
import type { Policy } from '#src/domain/policy/policy.ts';

/** Why no rule decided about a status, and what would help. `rule` is one that matched and may not be used. */
export type NoRule = { rule: string | null; cure: string };

/** Returns why a status ended the job without a rule; null for a decision by a rule, or about something else. */
export function whyNoRule(policy: Policy, decision: Decision, status: number | null): NoRule | null {
  if (decision.rule !== null || decision.then !== 'fail' || status === null) return null;
  const unused = policy.rules.find(
    ({ key, onlyRepeatable }) => onlyRepeatable && decision.why.includes(`rule "${key}", which`),
  );
  if (unused === undefined)
    return { rule: null, cure: `The policy names no ${status}: a rule for it, or for any status, would have retried.` };
  return {
    rule: unused.key,
    cure: 'A request counts as safe to repeat with an Idempotency-Key header. A rule of your own retries any request.',
  };
}
