'use client';

import { useState } from 'react';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import { planCases, planOf, planSummary } from './policy-plan.ts';

const mostSteps = 12;

/** Shows what this policy would do if every attempt ended in the same way. */
export function PolicyPlan({ policy }: { policy: Policy }) {
  const cases = planCases(policy);
  const [picked, setPicked] = useState(cases[0]?.key);
  const current = cases.find(({ key }) => key === picked) ?? cases[0];
  if (!current) return null;
  const plan = planOf(policy, current.outcome);
  return (
    <div className="grid gap-2.5 border-b bg-sunken px-4 py-3 text-12">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms. */}
      <div role="group" aria-label="If every attempt ended in" className="flex flex-wrap items-center gap-1">
        <span className="mr-1 text-fg-muted">If every attempt ended in</span>
        {cases.map(({ key, label }) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === current.key}
            onClick={() => setPicked(key)}
            className="h-6 rounded-tag px-2 font-medium text-fg-muted hover:bg-active aria-pressed:bg-active aria-pressed:text-fg max-sm:h-10"
          >
            {label}
          </button>
        ))}
      </div>
      <p className="font-medium">{planSummary(plan)}</p>
      <ol className="grid gap-0.5" aria-label="The plan">
        {plan.steps.slice(0, mostSteps).map(({ number, atMs, waitMs }) => (
          <li key={number} className="flex gap-3">
            <span className="w-20">Attempt {number}</span>
            <span className="w-20 text-right text-fg-muted">{atMs === 0 ? 'at once' : `at ${formatWait(atMs)}`}</span>
            <span className="text-fg-subtle">{waitMs === null ? 'the end' : `then waits ${formatWait(waitMs)}`}</span>
          </li>
        ))}
      </ol>
      {plan.steps.length > mostSteps && <p className="text-fg-subtle">… and {plan.steps.length - mostSteps} more</p>}
    </div>
  );
}
