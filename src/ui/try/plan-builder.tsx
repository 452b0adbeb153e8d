'use client';

import { playgroundLimits } from '#src/domain/limits.ts';
import { Plus, X } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { type Plan, planOf } from '#src/ui/parts/trial/plan.ts';

type Props = {
  plan: Plan;
  onChange: (plan: Plan) => void;
  /** True if the plan is assumed for the user's own URL; false if it is the plan of the flaky target. */
  supposed: boolean;
  error: string | undefined;
};

const examples: readonly { label: string; statuses: readonly number[]; delayMs?: number }[] = [
  { label: 'Flaky', statuses: [429, 503, 200] },
  { label: 'Slow', statuses: [200], delayMs: 5_000 },
  { label: 'Always down', statuses: [503] },
  { label: 'Refuses', statuses: [422] },
];

/** Edits the statuses, one after the other, and the time that each answer takes. */
export function PlanBuilder({ plan, onChange, supposed, error }: Props) {
  const { steps } = plan;
  const nextKey = Math.max(-1, ...steps.map(({ key }) => key)) + 1;
  const set = (key: number, status: string) =>
    onChange({ ...plan, steps: steps.map((step) => (step.key === key ? { key, status } : step)) });
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-2 font-medium">{supposed ? 'Suppose it answers' : 'It answers'}</legend>
      <div className="flex flex-wrap gap-1.5">
        {examples.map(({ label, statuses, delayMs }) => (
          <Button key={label} size="small" onClick={() => onChange(planOf(statuses, delayMs))}>
            {label}
          </Button>
        ))}
      </div>
      <ol aria-label="Answers in order" className="flex flex-wrap items-start gap-2">
        {steps.map((step, index) => (
          <li key={step.key} className="flex items-start">
            <TextField
              bare
              mono
              label={`Answer ${index + 1}`}
              className="w-[84px] max-sm:w-[96px]"
              inputMode="numeric"
              maxLength={3}
              value={step.status}
              onChange={(event) => set(step.key, event.target.value)}
              end={
                steps.length > 1 && (
                  <button
                    type="button"
                    aria-label={`Remove answer ${index + 1}`}
                    className="-mr-1.5 grid size-6 flex-none place-items-center rounded-tag text-fg-subtle hover:bg-active hover:text-fg disabled:opacity-50 max-sm:size-8"
                    onClick={() => onChange({ ...plan, steps: steps.filter(({ key }) => key !== step.key) })}
                  >
                    <X size={14} aria-hidden />
                  </button>
                )
              }
            />
          </li>
        ))}
        <li>
          <Button
            icon={Plus}
            disabled={steps.length >= playgroundLimits.planEntries}
            onClick={() => onChange({ ...plan, steps: [...steps, { key: nextKey, status: '200' }] })}
          >
            Add
          </Button>
        </li>
      </ol>
      {error && (
        <p role="alert" className="text-12 text-failed-text">
          {error}
        </p>
      )}
      <p className="text-12 text-fg-subtle">
        After the last one it starts over. A 429 asks to wait {playgroundLimits.retryAfterSeconds} s, in{' '}
        <code>retry-after</code> and <code>x-ratelimit-reset</code>.
      </p>
      <TextField
        label="Each answer takes"
        className="max-w-[220px] max-sm:max-w-none"
        inputMode="numeric"
        end="ms"
        value={plan.delay}
        onChange={(event) => onChange({ ...plan, delay: event.target.value })}
      />
    </fieldset>
  );
}
