'use client';

import { type SubmitEvent, useState } from 'react';
import type { KnownValuesInput } from '#src/contract/job/known-values.ts';
import { readFilter } from '#src/contract/search/search-grammar.ts';
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
import { KnownField } from './known-field.tsx';
import { type FilterChange, type FilterWords, filterValue, type ListSearch, type SearchPlan } from './list-search.ts';

const metadataWords: Pick<FilterWords, 'label' | 'example' | 'words'> = { label: 'Value', example: '42' };

function optionsOf({ chips, grammar }: SearchPlan): { value: string; label: string }[] {
  const named = Object.entries(chips).map(([value, { label }]) => ({ value, label }));
  return grammar.metadata ? [...named, { value: 'metadata', label: 'Metadata' }] : named;
}

type Props = {
  search: ListSearch;
  /** Filter that is changed, or `metadata`; without it, one is added. */
  edited?: string;
  /** Metadata filter that is changed. */
  match?: string | undefined;
  onDone: () => void;
};

/** Form for the name and the value of a filter. */
export function FilterForm({ search, edited, match, onDone }: Props) {
  const { plan } = search;
  const before = parseMetadataMatch(match ?? '');
  const [name, setName] = useState(edited ?? Object.keys(plan.chips)[0] ?? 'metadata');
  const [value, setValue] = useState(before?.value ?? (edited ? filterValue(search, edited) : ''));
  const [path, setPath] = useState(before ? formatMetadataPath(before.path) : '');
  const [wrong, setWrong] = useState<string>();
  const words = plan.chips[name] ?? metadataWords;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const current = search.current();
    const read = name === 'metadata' ? readMetadata(current, { path, value, match }) : readValue(plan, name, value);
    if ('wrong' in read) return setWrong(read.wrong);
    goTo(current.urlOf(read));
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
          <Select value={name} onChange={type(setName)} options={optionsOf(plan)} size="small" />
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
        label={words.label}
        placeholder={words.example}
        autoFocus={name !== 'metadata' || edited !== undefined}
        value={value}
        onChange={type(setValue)}
        ask={askFor(plan, name, { path, value })}
        words={words.words ?? []}
        error={wrong}
      />
      <Button type="submit" kind="primary" size="small">
        {edited === undefined ? 'Add filter' : 'Change filter'}
      </Button>
    </form>
  );
}

type Typed = { path: string; value: string };

function askFor({ chips }: SearchPlan, name: string, { path, value }: Typed): KnownValuesInput | null {
  if (name !== 'metadata') {
    const known = chips[name]?.known;
    return known ? { of: known, text: value } : null;
  }
  const isPath = parseMetadataPath(path) !== null && path.length <= readLimits.metadataPathLength;
  return isPath ? { of: 'metadataValue', path, text: value } : null;
}

function readValue({ grammar }: SearchPlan, name: string, value: string): FilterChange | { wrong: string } {
  if (value.trim() === '') return { wrong: 'What should it be?' };
  const read = readFilter(name, value, grammar);
  return 'value' in read ? { words: { [name]: read.value } } : { wrong: `It must be ${read.allowed}.` };
}

function readMetadata(
  { metadata }: ListSearch,
  { path, value, match }: Typed & { match: string | undefined },
): FilterChange | { wrong: string } {
  const keys = parseMetadataPath(path.trim());
  if (keys === null) return { wrong: 'The path must be one such as customer.id; a dot within a key is written \\.' };
  const next = formatMetadataMatch({ path: keys, value: value.trim() });
  if (next.length > readLimits.metadataMatchLength) return { wrong: 'That is too long.' };
  const others = metadata.filter((other) => other !== match && other !== next);
  if (others.length >= readLimits.metadataMatches)
    return { wrong: `At most ${readLimits.metadataMatches} values of the metadata can be asked for.` };
  return { metadata: [...others, next] };
}
