'use client';

import { Field, TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { bodiless, methods, type TryValues } from '#src/ui/parts/trial/form-values.ts';
import { planUrl } from '#src/ui/parts/trial/plan.ts';
import { HeaderLines } from './header-lines.tsx';
import { PlanBuilder } from './plan-builder.tsx';

export type FieldsProps = {
  values: TryValues;
  onChange: (change: Partial<TryValues>) => void;
  /** Returns the error of a field, by the server's names for the field. */
  errorOf: (...fields: string[]) => string | undefined;
  origin: string;
};

/** Fields for the target and the content of the request. */
export function RequestFields({ values, onChange, errorOf, origin }: FieldsProps) {
  const flaky = values.target === 'flaky';
  return (
    <>
      <div className="grid gap-1.5">
        <span className="font-medium">Target</span>
        <span>
          <Segmented
            label="Target"
            value={values.target}
            onChange={(target) => onChange({ target })}
            options={[
              { value: 'flaky', label: 'The built-in flaky one' },
              { value: 'own', label: 'A URL of mine' },
            ]}
          />
        </span>
      </div>
      <div className="grid grid-cols-[112px_minmax(0,1fr)] items-start gap-3 max-sm:grid-cols-[104px_minmax(0,1fr)]">
        <Field label="Method" error={errorOf('method')}>
          <Select
            value={values.method}
            onChange={(method) => onChange({ method })}
            options={methods.map((value) => ({ value, label: value }))}
          />
        </Field>
        <TextField
          label="URL"
          mono
          required
          inputMode="url"
          placeholder="https://api.example.com/v1/images"
          readOnly={flaky}
          value={flaky ? planUrl(origin, values.plan) : values.url}
          onChange={(event) => onChange({ url: event.target.value })}
          error={errorOf('url')}
          {...(flaky && { hint: 'Made of the plan below. A key is added, so that each job walks through it alone.' })}
        />
      </div>
      <PlanBuilder
        plan={values.plan}
        supposed={!flaky}
        onChange={(plan) => onChange({ plan })}
        error={errorOf('plan')}
      />
      <HeaderLines lines={values.headers} onChange={(headers) => onChange({ headers })} error={errorOf('headers')} />
      {!bodiless.has(values.method) && (
        <TextArea
          label="Body, JSON"
          mono
          rows={5}
          spellCheck={false}
          value={values.body}
          onChange={(event) => onChange({ body: event.target.value })}
          error={errorOf('json', 'body')}
        />
      )}
    </>
  );
}
