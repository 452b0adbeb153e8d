'use client';

import { lazy, Suspense } from 'react';
import { Columns3, Rows2, Rows3 } from '#src/ui/icons/icons.ts';
import type { Filters } from '#src/ui/jobs/filter/filters.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { Popover } from '#src/ui/parts/overlay/popover.tsx';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';
import { type OptionalColumn, optionalColumns, useTablePrefs } from './table-prefs.ts';

const words: Record<OptionalColumn, string> = {
  labels: 'Labels',
  attempts: 'Attempts',
  status: 'Status',
  duration: 'Duration',
  next: 'Next / result',
};

const MetadataColumns = lazy(async () => ({
  default: (await import('./metadata-columns-form.tsx')).MetadataColumnsForm,
}));

/** Chooses the columns and the row height. */
export function TableMenu({ filters }: { filters: Filters }) {
  const [{ hidden, compact }, change] = useTablePrefs();
  const density = compact ? 'Comfortable rows' : 'Compact rows';
  return (
    <span className="flex gap-2 max-sm:hidden">
      <Popover
        title="Columns"
        showTitle
        align="end"
        className="w-60"
        trigger={<Button size="icon" icon={Columns3} aria-label="Columns" className="size-8!" />}
      >
        <div className="grid gap-2">
          {optionalColumns.map((column) => (
            <Checkbox
              key={column}
              label={words[column]}
              checked={!hidden.includes(column)}
              onChange={(shown) =>
                change({ hidden: shown ? hidden.filter((one) => one !== column) : [...hidden, column] })
              }
            />
          ))}
          <Suspense fallback={<div className="h-16" />}>
            <MetadataColumns filters={filters} />
          </Suspense>
        </div>
      </Popover>
      <Tooltip text={density}>
        <Button
          size="icon"
          icon={compact ? Rows2 : Rows3}
          aria-label={density}
          className="size-8!"
          onClick={() => change({ compact: !compact })}
        />
      </Tooltip>
    </span>
  );
}
