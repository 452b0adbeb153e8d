'use client';

import clsx from 'clsx';
import { ArrowUp } from '#src/ui/icons/icons.ts';

type Props = {
  list: {
    newCount: number;
    /** True if there may be more new rows than were counted. */
    newCapped: boolean;
    leftCount: number;
    reload: () => void;
  };
  /** What the rows are: "delivery" and "deliveries". */
  words: readonly [one: string, many: string];
  /** Small look, for the head of a small card. */
  quiet?: boolean;
};

const pill =
  'inline-flex h-7 items-center gap-1.5 rounded-full border border-accent-line bg-raised pr-3 pl-2.5 font-medium whitespace-nowrap text-accent-text shadow-1 hover:bg-accent-soft max-sm:h-10';
const quietly = 'link text-12 whitespace-nowrap max-sm:min-h-10';

/** Shows the number of new rows. The list does not move by itself: new rows are loaded when the user asks for them. */
export function NewRows({ list: { newCount, newCapped, leftCount, reload }, words, quiet = false }: Props) {
  const count = `${newCount}${newCapped ? '+' : ''} new`;
  return (
    <span role="status" className={clsx('flex items-center', !quiet && 'min-h-7')}>
      {newCount + leftCount > 0 && (
        <button type="button" onClick={reload} className={quiet ? quietly : pill}>
          {!quiet && <ArrowUp size={14} aria-hidden />}
          {newCount === 0
            ? `Refresh, ${leftCount} moved on`
            : quiet
              ? `${count}: show`
              : `${count} ${words[newCount === 1 ? 0 : 1]}`}
        </button>
      )}
    </span>
  );
}
