'use client';

import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import Link from 'next/link';
import { presetNames } from '#src/domain/policy/presets.ts';
import { Field, TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { Switch } from '#src/ui/parts/form/switch.tsx';
import type { Expectation } from '#src/ui/parts/trial/expectation.ts';
import { durationWords } from '#src/ui/parts/trial/expectation-words.ts';
import type { TryValues } from '#src/ui/parts/trial/form-values.ts';
import { planOf, planUrl } from '#src/ui/parts/trial/plan.ts';
import { TryForm } from '#src/ui/parts/trial/try-form.tsx';
import type { useSubmitJob } from '#src/ui/parts/trial/use-submit-job.ts';
import { targetOf, targets } from './targets.ts';

type Props = {
  values: TryValues;
  onChange: (change: Partial<TryValues>) => void;
  submit: ReturnType<typeof useSubmitJob>;
  expectation: Expectation | null;
  origin: string;
};

const shownFields = ['url', 'retry', 'json', 'callback'];

/** Shortest form for a first job: a target, a body, and a button. */
export function SubmitCard({ values, onChange, submit, expectation, origin }: Props) {
  const isOwn = values.target === 'own';
  const isShown = submit.errorOf(...shownFields) !== undefined;
  return (
    <TryForm
      title="From here"
      isPending={submit.isPending}
      aside={isOwn || !expectation ? '' : durationWords(expectation)}
      problem={submit.problem && !isShown ? submit.problem.message : null}
      onSubmit={() => submit.submit(values)}
    >
      <TargetChoice values={values} onChange={onChange} />
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-3">
        <TextField
          label="POST to"
          mono
          inputMode="url"
          readOnly={!isOwn}
          placeholder="https://api.example.com/v1/images"
          value={isOwn ? values.url : planUrl(origin, values.plan)}
          onChange={(event) => onChange({ url: event.target.value })}
          error={submit.errorOf('url')}
        />
        <Field label="Retry preset" error={submit.errorOf('retry')}>
          <Select
            value={values.retry}
            onChange={(retry) => onChange({ retry })}
            options={presetNames.map((value) => ({ value, label: value }))}
          />
        </Field>
      </div>
      <TextArea
        label="Body, JSON"
        mono
        rows={4}
        spellCheck={false}
        value={values.body}
        onChange={(event) => onChange({ body: event.target.value })}
        error={submit.errorOf('json')}
      />
      <div className="flex items-center gap-2">
        <Switch
          label="Call back to the inbox"
          checked={values.callback === 'inbox'}
          onChange={(on) => onChange({ callback: on ? 'inbox' : 'none' })}
        />
        <Link href={`/try?inbox=${values.inbox}`} className="link ml-auto">
          Open the inbox
        </Link>
      </div>
    </TryForm>
  );
}

function TargetChoice({ values, onChange }: Pick<Props, 'values' | 'onChange'>) {
  const chosen = targetOf(values);
  return (
    <div className="grid gap-1.5">
      <span id="start-target" className="font-medium">
        Target
      </span>
      <RadioGroup
        aria-labelledby="start-target"
        value={chosen}
        onValueChange={(next) => {
          const target = targets.find(({ value }) => value === next);
          if (target) onChange({ target: target.of, plan: planOf(target.statuses, target.delayMs) });
        }}
        className="grid gap-2"
      >
        {targets.map(({ value, label, note }) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the radio inside contains its input.
          <label
            key={value}
            className="flex min-h-9 items-center gap-2.5 rounded-control border border-border-strong px-3 py-1.5 hover:border-control-line has-[[data-checked]]:border-accent has-[[data-checked]]:bg-accent-soft max-sm:min-h-11"
          >
            <Radio.Root
              value={value}
              className="grid size-4 flex-none place-items-center rounded-full border-[1.5px] border-control-line bg-surface data-checked:border-[5px] data-checked:border-accent data-disabled:opacity-50"
            />
            <span className="min-w-0">
              <b>{label}</b> <span className="text-fg-muted">{note}</span>
            </span>
          </label>
        ))}
      </RadioGroup>
    </div>
  );
}
