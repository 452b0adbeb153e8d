'use client';

import { lazy, Suspense, useState } from 'react';
import type { DeliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { exportUrl } from '#src/ui/parts/table/export-menu.tsx';
import { matchingText, SelectionBar } from '#src/ui/parts/table/selection-bar.tsx';
import { useDeliveryCounts } from './delivery-tabs.tsx';

const ResendDialog = lazy(async () => ({
  default: (await import('#src/ui/parts/delivery/resend-dialog.tsx')).ResendDialog,
}));

type Props = {
  /** Ids of the ticked rows. */
  ids: string[];
  /** Filter of the list. An empty filter shows all deliveries, and then there is no "all that match". */
  filter: DeliveryFilterInput;
  /** True if all matching deliveries are meant, not only the ticked ones. */
  everyone: boolean;
  onEveryone: (everyone: boolean) => void;
  onClear: () => void;
  onDone: () => void;
};

/** Sends the ticked deliveries again, or all that match, and shows the progress of the operation. */
export function ResendBar(props: Props) {
  const { ids, filter, onEveryone, onClear, onDone } = props;
  const [asked, setAsked] = useState(false);
  const [operation, setOperation] = useState<string | null>(null);
  const counts = useDeliveryCounts(filter, ids.length > 0);
  useKeys({ r: () => operation === null && ids.length > 0 && setAsked(true) });
  // A dialog about rows that are no longer ticked must not be shown for the rows that are ticked next.
  if (asked && ids.length === 0) setAsked(false);
  const canAll = Object.keys(filter).length > 0;
  const everyone = canAll && props.everyone;
  const states = filter.state === undefined ? null : [filter.state].flat();
  const matching =
    counts &&
    (states === null
      ? counts.all
      : {
          count: states.reduce((sum, state) => sum + counts.counts[state].count, 0),
          capped: states.some((state) => counts.counts[state].capped),
        });
  return (
    <SelectionBar
      label="Selected deliveries"
      picked={ids.length}
      matching={canAll ? matchingText(matching) : null}
      everyone={everyone}
      onEveryone={onEveryone}
      onClear={onClear}
      exportHref={exportUrl('deliveries', filter, 'csv')}
      operation={operation}
      onClose={() => {
        setOperation(null);
        onClear();
        onDone();
      }}
    >
      <Button size="small" icon={RotateCw} onClick={() => setAsked(true)}>
        Send again
      </Button>
      <Suspense fallback={null}>
        {asked && (
          <ResendDialog
            deliveries={everyone ? { filter } : { ids }}
            onClose={() => setAsked(false)}
            onStarted={(id) => {
              setAsked(false);
              setOperation(id);
            }}
          />
        )}
      </Suspense>
    </SelectionBar>
  );
}
