'use client';

import { type SubmitEvent, useState } from 'react';
import { callbackWords } from '#src/contract/job/job-filter-words.ts';
import type { KnownValuesInput } from '#src/contract/job/known-values.ts';
import { readLimits } from '#src/domain/limits.ts';
import {
  formatMetadataMatch,
  formatMetadataPath,
  parseMetadataMatch,
  parseMetadataPath,
} from '#src/domain/text/metadata-path.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Field } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { filterWords } from './filter-words.ts';
import { type Filters, filtersUrl, type NamedFilter, readNamed } from './filters.ts';
import { KnownField } from './known-field.tsx';

type FormFilter = NamedFilter | 'metadata';
const named = Object.keys(filterWords) as NamedFilter[];
const options: { value: FormFilter; label: string }[] = [
  ...named.map((value) => ({ value, label: filterWords[value].label })),
  { value: 'metadata', label: 'Metadata' },
];

type Props = {
  filters: Filters;
  /** Filter that is changed; without it, one is added. */
  edited?: FormFilter;
  /** Metadata filter that is changed. */
  match?: string | undefined;
  onDone: () => void;
};

/** Form for the name and the value of a filter. */
export function FilterForm({ filters, edited, match, onDone }: Props) {
  const before = parseMetadataMatch(match ?? '');
  const [name, setName] = useState<FormFilter>(edited ?? 'host');
  const [value, setValue] = useState(before?.value ?? (edited && edited !== 'metadata' ? filters[edited] : ''));
  const [path, setPath] = useState(before ? formatMetadataPath(before.path) : '');
  const [wrong, setWrong] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const read = name === 'metadata' ? readMetadata(filters, { path, value, match }) : readValue(name, value);
    if ('wrong' in read) return setWrong(read.wrong);
    goTo(filtersUrl(filters, read));
    onDone();
  };
  const type = (set: (text: string) => void) => (text: string) => {
    set(text);
    setWrong(undefined);
  };
  return (
    <form className="grid gap-3" onSubmit={submit} noValidate>
      {edited === undefined && (
        <Field label="What to filter by" bare>
          <Select<FormFilter>
            value={name}
            onChange={type(setName as (name: string) => void)}
            options={options}
            size="small"
          />
        </Field>
      )}
      {name === 'metadata' && (
        <KnownField
          label="Path"
          placeholder="customer.id"
          autoFocus={edited === undefined}
          value={path}
          onChange={type(setPath)}
          ask={{ of: 'metadataPath', text: path }}
        />
      )}
      <KnownField
        // Another filter has other known values.
        key={name}
        label={name === 'metadata' ? 'Value' : filterWords[name].label}
        placeholder={name === 'metadata' ? '42' : filterWords[name].example}
        autoFocus={name !== 'metadata' || edited !== undefined}
        value={value}
        onChange={type(setValue)}
        ask={askFor(name, { path, value })}
        words={name === 'callback' ? callbackWords : []}
        error={wrong}
      />
      <Button type="submit" kind="primary" size="small">
        {edited === undefined ? 'Add filter' : 'Change filter'}
      </Button>
    </form>
  );
}

type Typed = { path: string; value: string };

function askFor(name: FormFilter, { path, value }: Typed): KnownValuesInput | null {
  if (name !== 'metadata') {
    const { known } = filterWords[name];
    return known ? { of: known, text: value } : null;
  }
  const isPath = parseMetadataPath(path) !== null && path.length <= readLimits.metadataPathLength;
  return isPath ? { of: 'metadataValue', path, text: value } : null;
}

function readValue(name: NamedFilter, value: string): Partial<Filters> | { wrong: string } {
  if (value.trim() === '') return { wrong: 'What should it be?' };
  const read = readNamed(name, value);
  return 'value' in read ? { [name]: read.value } : { wrong: `It must be ${read.allowed}.` };
}

function readMetadata(
  { metadata }: Filters,
  { path, value, match }: Typed & { match: string | undefined },
): Partial<Filters> | { wrong: string } {
  const keys = parseMetadataPath(path.trim());
  if (keys === null) return { wrong: 'The path must be one such as customer.id; a dot within a key is written \\.' };
  const next = formatMetadataMatch({ path: keys, value: value.trim() });
  if (next.length > readLimits.metadataMatchLength) return { wrong: 'That is too long.' };
  const others = metadata.filter((other) => other !== match && other !== next);
  if (others.length >= readLimits.metadataMatches)
    return { wrong: `At most ${readLimits.metadataMatches} values of the metadata can be asked for.` };
  return { metadata: [...others, next] };
}
