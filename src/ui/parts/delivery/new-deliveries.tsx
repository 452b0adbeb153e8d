'use client';

import clsx from 'clsx';
import { ArrowUp } from '#src/ui/icons/icons.ts';
import type { useLiveDeliveries } from './use-live-deliveries.ts';

type Props = {
  list: Pick<ReturnType<typeof useLiveDeliveries>, 'newCount' | 'newCapped' | 'leftCount' | 'reload'>;
  /** Small look, for the head of a small card. */
  quiet?: boolean;
};

const pill =
  'inline-flex h-7 items-center gap-1.5 rounded-full border border-accent-line bg-raised pr-3 pl-2.5 font-medium whitespace-nowrap text-accent-text shadow-1 hover:bg-accent-soft max-sm:h-10';
const quietly = 'link text-12 whitespace-nowrap max-sm:min-h-10';

/**
 * Shows the number of new deliveries. The list does not move by itself: new deliveries are loaded when the user asks
 * for them.
 */
export function NewDeliveries({ list: { newCount, newCapped, leftCount, reload }, quiet = false }: Props) {
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
              : `${count} ${newCount === 1 ? 'delivery' : 'deliveries'}`}
        </button>
      )}
    </span>
  );
}
