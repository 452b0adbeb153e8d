'use client';

import { limits } from '#src/domain/limits.ts';
import { Field, TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { retryOptions } from '#src/ui/parts/trial/form-values.ts';
import type { FieldsProps } from './request-fields.tsx';

const hints: Record<(typeof retryOptions)[number]['value'], string> = {
  default: '429 as the answer says, 503 and what sent nothing by backoff, other 5xx where a repeat is safe.',
  none: 'One attempt, whatever comes.',
  openai: "429 and 5xx as OpenAI's API means them; spent credit is not retried.",
  anthropic: "429, 529 and 5xx as Anthropic's API means them.",
  rules: 'By status, the most specific wins; or a list, the first that matches wins.',
};

/** Fields for the retry policy, the timeout and the largest number of attempts. */
export function PolicyFields({ values, onChange, errorOf }: Omit<FieldsProps, 'origin'>) {
  const retryError = errorOf('retry', 'accept');
  const rules = values.retry === 'rules';
  return (
    <>
      <Field label="Retry policy" hint={hints[values.retry]} error={rules ? undefined : retryError}>
        <Select value={values.retry} onChange={(retry) => onChange({ retry })} options={retryOptions} />
      </Field>
      {rules && (
        <TextArea
          label="Rules, JSON"
          mono
          rows={5}
          spellCheck={false}
          value={values.rules}
          onChange={(event) => onChange({ rules: event.target.value })}
          error={retryError}
        />
      )}
      <div className="grid grid-cols-2 items-start gap-3">
        <TextField
          label="Timeout of an attempt"
          placeholder="10m"
          hint="Like 500ms, 30s, 5m"
          value={values.timeout}
          onChange={(event) => onChange({ timeout: event.target.value })}
          error={errorOf('timeout')}
        />
        <TextField
          label="Most attempts"
          placeholder={String(limits.maxAttempts.default)}
          hint="Over all rules"
          inputMode="numeric"
          value={values.maxAttempts}
          onChange={(event) => onChange({ maxAttempts: event.target.value })}
          error={errorOf('maxAttempts')}
        />
      </div>
    </>
  );
}
