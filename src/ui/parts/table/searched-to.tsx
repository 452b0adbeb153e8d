'use client';

import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { DateAndTime } from '#src/ui/parts/time/clock.tsx';
import { ShallowLink } from './shallow-link.tsx';

type Props = {
  /** What the rows are: "jobs". */
  what: string;
  /** Time to which a long search has looked; null: it came to its end. */
  at: string | null;
  /** Address at which the search goes on. */
  older: string | null;
};

/** Shows the time back to which a long search has looked, and leads further back. */
export function SearchedTo({ what, at, older }: Props) {
  if (at === null) return null;
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 border-t bg-sunken px-4 py-2.5 text-fg-muted">
      <span className="min-w-0 flex-1">
        Looked through all {what} back to <DateAndTime at={at} />.
      </span>
      {older && (
        <ShallowLink href={older} className={buttonClass('default', 'small')}>
          Search further back
        </ShallowLink>
      )}
    </div>
  );
}
