'use client';

import { type SubmitEvent, useState } from 'react';
import { readLimits } from '#src/domain/limits.ts';
import { parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import { currentSearch, goTo } from '#src/ui/data/browser/address.ts';
import { type Filters, filtersUrl, readFilters } from '#src/ui/jobs/filter/filters.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { KnownField } from '#src/ui/parts/search/known-field.tsx';

/** Chooses paths of the metadata that have columns. They are in the address, so that views and exports have them too. */
export function MetadataColumnsForm({ filters }: { filters: Filters }) {
  const { columns } = filters;
  const [path, setPath] = useState('');
  const [wrong, setWrong] = useState<string>();
  const add = (given: string) => {
    const wanted = given.trim();
    if (parseMetadataPath(wanted) === null || wanted.length > readLimits.metadataPathLength)
      return setWrong('It must be a path such as customer.id; a dot within a key is written \\.');
    const now = readFilters(currentSearch());
    if (now.columns.length >= readLimits.metadataColumns && !now.columns.includes(wanted))
      return setWrong(`At most ${readLimits.metadataColumns} can be shown.`);
    setPath('');
    setWrong(undefined);
    choose(now, [...new Set([...now.columns, wanted])]);
  };
  const remove = (column: string) => {
    const now = readFilters(currentSearch());
    choose(
      now,
      now.columns.filter((other) => other !== column),
    );
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    add(path);
  };
  return (
    <form className="grid gap-2 border-t pt-2.5" onSubmit={submit} noValidate>
      <h3 className="text-12 font-medium text-fg-subtle">Metadata</h3>
      {columns.map((column) => (
        <Checkbox key={column} label={column} checked onChange={() => remove(column)} />
      ))}
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <KnownField
            label="Path of a new column"
            placeholder="customer.id"
            value={path}
            onChange={(text) => {
              setPath(text);
              setWrong(undefined);
            }}
            onPick={add}
            ask={{ of: 'metadataPath', text: path }}
            without={columns}
            error={wrong}
          />
        </div>
        <Button type="submit" size="small">
          Add
        </Button>
      </div>
    </form>
  );
}

/** Shows these columns. The page stays where it is: only what its rows show is different. */
function choose(now: Filters, columns: readonly string[]): void {
  goTo(filtersUrl(now, { columns, cursor: now.cursor, before: now.before }), 'replace');
}
