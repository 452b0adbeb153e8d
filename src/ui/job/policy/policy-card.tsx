'use client';

import { useState } from 'react';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { Shuffle } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { policyLines } from './policy-lines.ts';
import { PolicyPlan } from './policy-plan-view.tsx';

type Props = { view: JobView; selected: AttemptLine | undefined };

/**
 * Lists the rules in the order in which they are checked, each with the number of its uses. The rule that decided is
 * marked.
 */
export function PolicyCard({ view, selected }: Props) {
  const { policy, attempts, settings } = view;
  const [simulates, setSimulates] = useState(false);
  const hit = selected?.decision?.rule ?? null;
  return (
    <section className="card overflow-clip" aria-label="Retry policy">
      <div className="card-head">
        <h2 className="flex flex-1 items-baseline gap-2">
          Policy {policy.preset && <code className="font-medium text-fg-muted">{policy.preset}</code>}
        </h2>
        <Button
          kind="ghost"
          size="small"
          icon={Shuffle}
          aria-expanded={simulates}
          onClick={() => setSimulates(!simulates)}
        >
          Simulate
        </Button>
      </div>
      {simulates && <PolicyPlan policy={policy} />}
      <ol className="divide-y text-12">
        {policyLines(policy, attempts).map(({ key, rule, words, used, limit }) => (
          <li
            key={key}
            className={`grid grid-cols-[92px_minmax(0,1fr)_auto] items-baseline gap-2.5 px-4 py-[7px] ${rule === hit ? 'bg-accent-soft shadow-[inset_2px_0_var(--color-accent)]' : ''}`}
          >
            <code className="font-medium wrap-anywhere">
              {key.replaceAll(',', ', ')}
              {rule === hit && <span className="sr-only"> decided</span>}
            </code>
            <span className="text-fg-muted">{words}</span>
            <span className="whitespace-nowrap text-fg-subtle">
              {used} of {limit}
            </span>
          </li>
        ))}
      </ol>
      <p className="border-t px-4 py-2.5 text-12 text-fg-subtle">
        At most <b className="text-fg">{policy.maxAttempts}</b> attempts, each up to {formatWait(settings.timeoutMs)}.
        Accepts {policy.accept.text}.{!policy.repeatable && ' Not repeated where it may have been done already.'}
      </p>
    </section>
  );
}
