'use client';

import { lazy, Suspense, useState } from 'react';
import type { JobSelection } from '#src/contract/job/bulk.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { Ban, Download, RotateCw, X } from '#src/ui/icons/icons.ts';
import { Bar } from '#src/ui/jobs/filter/bar.tsx';
import { exportUrl } from '#src/ui/jobs/list/export-menu.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import type { BulkKind } from './bulk-dialog.tsx';
import { BulkProgress } from './bulk-progress.tsx';

const BulkDialog = lazy(async () => ({ default: (await import('./bulk-dialog.tsx')).BulkDialog }));

type Props = {
  /** Ids of the ticked rows. */
  ids: string[];
  /** Filter of the list. An empty filter shows all jobs, and then there is no "all that match". */
  filter: JobFilterInput;
  matching: CappedCount | undefined;
  /** True if all matching jobs are meant, not only the ticked ones. */
  everyone: boolean;
  onEveryone: (everyone: boolean) => void;
  onClear: () => void;
  onDone: () => void;
};

/** Shows the actions for the ticked rows or for all matching jobs, and then the progress of the operation. */
export function BulkBar(props: Props) {
  const { ids, filter, matching, onEveryone, onClear, onDone } = props;
  const [asked, setAsked] = useState<BulkKind | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  useKeys({
    r: () => !operation && ids.length > 0 && setAsked('rerun'),
    Escape: () => !operation && onClear(),
  });
  // A dialog about rows that are no longer ticked must not be shown for the rows that are ticked next.
  if (asked && ids.length === 0) setAsked(null);
  if (operation)
    return (
      <BulkProgress
        id={operation}
        onClose={() => {
          setOperation(null);
          setAsked(null);
          onClear();
          onDone();
        }}
      />
    );
  if (ids.length === 0) return null;
  const canAll = Object.keys(filter).length > 0;
  const everyone = canAll && props.everyone;
  const jobs: JobSelection = everyone ? { filter } : { ids };
  const words = everyone ? `All ${countText(matching)} that match` : `${ids.length} selected`;
  return (
    <Bar label="Selected jobs">
      <b className="px-1 font-medium whitespace-nowrap" role="status">
        {words}
      </b>
      {canAll && (
        <Button kind="ghost" size="small" className="text-accent-text!" onClick={() => onEveryone(!everyone)}>
          {everyone ? `Only the ${ids.length} selected` : `Select all ${countText(matching)} that match`}
        </Button>
      )}
      <span className="mx-1 h-5 border-l max-sm:hidden" aria-hidden />
      <Button size="small" icon={RotateCw} onClick={() => setAsked('rerun')}>
        Run again
      </Button>
      <Button size="small" kind="danger" icon={Ban} onClick={() => setAsked('cancel')}>
        Cancel
      </Button>
      {canAll && (
        <Button
          kind="ghost"
          size="small"
          icon={Download}
          className="max-sm:hidden"
          onClick={() => window.location.assign(exportUrl(filter, 'csv'))}
        >
          Export all that match
        </Button>
      )}
      <Button kind="ghost" size="icon" icon={X} aria-label="Clear the selection" onClick={onClear} />
      <Suspense fallback={null}>
        {asked && (
          <BulkDialog
            kind={asked}
            jobs={jobs}
            words={everyone ? countText(matching) : String(ids.length)}
            onClose={() => setAsked(null)}
            onStarted={(id) => {
              setAsked(null);
              setOperation(id);
            }}
          />
        )}
      </Suspense>
    </Bar>
  );
}

function countText(count: CappedCount | undefined): string {
  return count === undefined ? '' : `${count.count.toLocaleString('en-US')}${count.capped ? '+' : ''}`;
}
