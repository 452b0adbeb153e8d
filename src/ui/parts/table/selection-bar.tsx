'use client';

import type { ReactNode } from 'react';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { Download, X } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Bar } from './bar.tsx';
import { BulkProgress } from './bulk-progress.tsx';

type Props = {
  /** Accessible name: "Selected jobs". */
  label: string;
  /** Number of ticked rows. */
  picked: number;
  /** Number of rows that match the filter as text; null if the filter is empty, and then there is no "all that match". */
  matching: string | null;
  /** True if all matching rows are meant, not only the ticked ones. */
  everyone: boolean;
  onEveryone: (everyone: boolean) => void;
  onClear: () => void;
  /** Address of an export of all that match. */
  exportHref: string;
  /** Id of the operation that was started; its progress takes the place of the bar. */
  operation: string | null;
  onClose: () => void;
  /** Buttons of the actions, and their dialogs. */
  children: ReactNode;
};

/** Shows the actions for the ticked rows or for all matching rows, and then the progress of the operation. */
export function SelectionBar(props: Props) {
  const { label, picked, matching, everyone, onEveryone, onClear, exportHref, operation, children } = props;
  useKeys({ Escape: () => operation === null && onClear() });
  if (operation !== null) return <BulkProgress id={operation} onClose={props.onClose} />;
  if (picked === 0) return null;
  return (
    <Bar label={label}>
      <b className="px-1 font-medium whitespace-nowrap" role="status">
        {everyone ? `All ${matching} that match` : `${picked} selected`}
      </b>
      {matching !== null && (
        <Button kind="ghost" size="small" className="text-accent-text!" onClick={() => onEveryone(!everyone)}>
          {everyone ? `Only the ${picked} selected` : `Select all ${matching} that match`}
        </Button>
      )}
      <span className="mx-1 h-5 border-l max-sm:hidden" aria-hidden />
      {children}
      {matching !== null && (
        <Button kind="ghost" size="small" icon={Download} onClick={() => window.location.assign(exportHref)}>
          Export all that match
        </Button>
      )}
      <Button kind="ghost" size="icon" icon={X} aria-label="Clear the selection" onClick={onClear} />
    </Bar>
  );
}

/** Returns a number of matching rows as text: `1,204`, `10,000+`. */
export function matchingText(count: CappedCount | undefined): string {
  return count === undefined ? '' : `${count.count.toLocaleString('en-US')}${count.capped ? '+' : ''}`;
}
