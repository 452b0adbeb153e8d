'use client';

import { lazy, Suspense, useState } from 'react';
import type { JobSelection } from '#src/contract/job/bulk.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { Ban, RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import type { BulkKind } from '#src/ui/parts/job/bulk-dialog.tsx';
import { exportUrl } from '#src/ui/parts/table/export-menu.tsx';
import { matchingText, SelectionBar } from '#src/ui/parts/table/selection-bar.tsx';

const BulkDialog = lazy(async () => ({ default: (await import('#src/ui/parts/job/bulk-dialog.tsx')).BulkDialog }));

type Props = {
  /** Ids of the ticked rows. */
  ids: string[];
  /** Filter of the list. An empty filter shows all jobs, and then there is no "all that match". */
  filter: JobFilterInput;
  /** Paths into the metadata that an export has too. */
  columns: readonly string[];
  matching: CappedCount | undefined;
  /** True if all matching jobs are meant, not only the ticked ones. */
  everyone: boolean;
  onEveryone: (everyone: boolean) => void;
  onClear: () => void;
  onDone: () => void;
};

/** Shows the actions for the ticked jobs or for all matching jobs, and then the progress of the operation. */
export function BulkBar(props: Props) {
  const { ids, filter, columns, matching, onEveryone, onClear, onDone } = props;
  const [asked, setAsked] = useState<BulkKind | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  useKeys({ r: () => !operation && ids.length > 0 && setAsked('rerun') });
  // A dialog about rows that are no longer ticked must not be shown for the rows that are ticked next.
  if (asked && ids.length === 0) setAsked(null);
  const canAll = Object.keys(filter).length > 0;
  const everyone = canAll && props.everyone;
  const count = matchingText(matching);
  const jobs: JobSelection = everyone ? { filter } : { ids };
  return (
    <SelectionBar
      label="Selected jobs"
      picked={ids.length}
      matching={canAll ? count : null}
      everyone={everyone}
      onEveryone={onEveryone}
      onClear={onClear}
      exportHref={exportUrl('jobs', { ...filter, metadataColumns: columns }, 'csv')}
      operation={operation}
      onClose={() => {
        setOperation(null);
        setAsked(null);
        onClear();
        onDone();
      }}
    >
      <Button size="small" icon={RotateCw} onClick={() => setAsked('rerun')}>
        Run again
      </Button>
      <Button size="small" kind="danger" icon={Ban} onClick={() => setAsked('cancel')}>
        Cancel
      </Button>
      <Suspense fallback={null}>
        {asked && (
          <BulkDialog
            kind={asked}
            jobs={jobs}
            words={everyone ? count : String(ids.length)}
            onClose={() => setAsked(null)}
            onStarted={(id) => {
              setAsked(null);
              setOperation(id);
            }}
          />
        )}
      </Suspense>
    </SelectionBar>
  );
}
