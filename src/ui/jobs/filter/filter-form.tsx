'use client';

import { type SubmitEvent, useState } from 'react';
import { goTo } from '#src/ui/data/browser/address.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Field, TextField } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { type Filters, filtersUrl, isStatusFilter, type NamedFilter } from './filters.ts';

const hints: Record<NamedFilter, { label: string; example: string }> = {
  host: { label: 'Host is', example: 'api.openai.com' },
  notHost: { label: 'Host is not', example: 'localhost' },
  label: { label: 'Label', example: 'prod' },
  status: { label: 'Last status', example: '429, 5xx or timeout' },
  method: { label: 'Method', example: 'POST' },
  flow: { label: 'Flow', example: 'openai' },
  upstream: { label: 'Upstream', example: 'openai' },
  model: { label: 'Model', example: 'gpt-5' },
  key: { label: 'API key', example: 'key_…' },
  failure: { label: 'Kind of failure', example: 'api.example.com 503:5xx' },
  rerunOf: { label: 'Runs again', example: 'job_…' },
};
const options = (Object.keys(hints) as NamedFilter[]).map((value) => ({ value, label: hints[value].label }));

/** Form for the name and the value of a filter. */
export function FilterForm({ filters, onDone }: { filters: Filters; onDone: () => void }) {
  const [name, setName] = useState<NamedFilter>('host');
  const [value, setValue] = useState('');
  const [wrong, setWrong] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = clean(name, value);
    if (!wanted) return setWrong('What should it be?');
    if (name === 'status' && !isStatusFilter(wanted))
      return setWrong('A status like 404, a class like 5xx, or a word like timeout.');
    goTo(filtersUrl(filters, { [name]: wanted }));
    onDone();
  };
  return (
    <form className="grid gap-3" onSubmit={submit} noValidate>
      <Field label="What to filter by" bare>
        <Select<NamedFilter> value={name} onChange={setName} options={options} size="small" />
      </Field>
      <TextField
        bare
        size="small"
        label={hints[name].label}
        placeholder={hints[name].example}
        autoFocus
        value={value}
        onChange={(event) => {
          setValue(event.target.value);
          setWrong(undefined);
        }}
        error={wrong}
      />
      <Button type="submit" kind="primary" size="small">
        Add filter
      </Button>
    </form>
  );
}

function clean(name: NamedFilter, value: string): string {
  const text = value.trim();
  if (name === 'label' || name === 'flow' || name === 'model') return text;
  return name === 'method' ? text.toUpperCase() : text.toLowerCase();
}
