'use client';

import { type ReactNode, useEffect } from 'react';
import { ArrowLeft, ArrowRight } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { ShallowLink } from './shallow-link.tsx';

// A cursor knows only the rows after it. The page before each cursor is kept as long as this document is open. Without
// that page, the link back leads to the first page.
const cameFrom = new Map<string, string | null>();

type Props = {
  /** Cursor of the shown page, a `nextCursor`; null for the first page. */
  cursor: string | null;
  /** Cursor of the next page; null if there is none. */
  nextCursor: string | null;
  /** Returns the address of a page of the same list. */
  urlOf: (cursor: string | null) => string;
  /** Words for the page before and the page after. Default: "Newer" and "Older". */
  words?: readonly [before: string, after: string];
  /** Text at the left: the page size and the order. */
  children?: ReactNode;
};

/** Links to the pages before and after, for lists that are read by cursor. */
export function Pager({ cursor, nextCursor, urlOf, words = ['Newer', 'Older'], children }: Props) {
  useEffect(() => {
    // A list that still shows the page before knows the shown page as its next one.
    if (nextCursor !== null && nextCursor !== cursor) cameFrom.set(nextCursor, cursor);
  }, [nextCursor, cursor]);
  return (
    <div className="flex min-h-11 items-center gap-3 border-t py-2 pr-2 pl-4 text-12 text-fg-subtle">
      {children}
      <nav aria-label="Pages" className="ml-auto flex gap-2 text-13">
        <PageLink url={cursor === null ? null : urlOf(cameFrom.get(cursor) ?? null)}>
          <ArrowLeft size={14} aria-hidden /> {words[0]}
        </PageLink>
        <PageLink url={nextCursor === null ? null : urlOf(nextCursor)}>
          {words[1]} <ArrowRight size={14} aria-hidden />
        </PageLink>
      </nav>
    </div>
  );
}

function PageLink({ url, children }: { url: string | null; children: ReactNode }) {
  const className = buttonClass('default', 'small');
  if (url !== null)
    return (
      <ShallowLink href={url} className={className}>
        {children}
      </ShallowLink>
    );
  return (
    <button type="button" disabled className={className}>
      {children}
    </button>
  );
}
