import type { Attempt } from '#src/contract/job.ts';
import { formatWait } from '#src/domain/outcome-text.ts';
import type { Backoff, FailurePolicy, Policy, Rule } from '#src/domain/policy.ts';

type Line = { key: string; words: string; used: number; limit: number };

/** The rules in the order they are looked at, with how often each has been used. */
export function PolicyCard({ policy, attempts }: { policy: Policy; attempts: Attempt[] }) {
  return (
    <section className="card" aria-label="Retry policy">
      <div className="card-head">
        <h2 className="flex flex-1 items-baseline gap-2">
          Retry policy {policy.preset && <code className="font-medium text-fg-muted">{policy.preset}</code>}
        </h2>
      </div>
      <ol className="divide-y text-12">
        {linesOf(policy, attempts).map(({ key, words, used, limit }) => (
          <li key={key} className="grid grid-cols-[104px_minmax(0,1fr)_auto] items-baseline gap-2.5 px-4 py-[7px]">
            <code className="font-medium wrap-anywhere">{key.replaceAll(',', ', ')}</code>
            <span className="text-fg-muted">{words}</span>
            <span className="whitespace-nowrap text-fg-subtle">
              {used} of {limit}
            </span>
          </li>
        ))}
      </ol>
      <p className="border-t px-4 py-2.5 text-12 text-fg-subtle">
        At most <b className="text-fg">{policy.maxAttempts}</b> attempts. Accepts {policy.accept.text}.
      </p>
    </section>
  );
}

function linesOf(policy: Policy, attempts: Attempt[]): Line[] {
  const lines = policy.rules
    .filter((rule) => policy.repeatable || !rule.onlyRepeatable)
    .map((rule) => ({
      key: rule.key,
      words: ruleWords(rule),
      used: usedBy(attempts, rule.key),
      limit: rule.strategy.limit,
    }));
  return [
    ...lines,
    failureLine('timeout', policy.timeout, usedBy(attempts, 'timeout')),
    failureLine('connection', policy.connectionError, usedBy(attempts, 'connection_error')),
  ];
}

function usedBy(attempts: Attempt[], key: string): number {
  return attempts.filter(({ decision }) => decision?.then === 'retry' && decision.countAs === key).length;
}

function ruleWords({ strategy }: Rule): string {
  if (strategy.limit === 0) return 'no retry';
  if (strategy.strategy === 'backoff') return backoffWords(strategy);
  return `by headers, up to ${formatWait(strategy.maxWaitSeconds * 1_000)}`;
}

function failureLine(key: string, { nothingSent, maybeSent }: FailurePolicy, used: number): Line {
  const backoff = maybeSent ?? nothingSent;
  if (!backoff || backoff.limit === 0) return { key, words: 'no retry', used, limit: 0 };
  const only = maybeSent === null ? ', only when nothing was sent' : '';
  return { key, words: backoffWords(backoff) + only, used, limit: backoff.limit };
}

function backoffWords({ minTimeoutInMs, maxTimeoutInMs, factor }: Backoff): string {
  return `backoff ${formatWait(minTimeoutInMs)} – ${formatWait(maxTimeoutInMs)}, × ${factor}`;
}
