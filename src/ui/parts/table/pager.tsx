'use client';

import { type ReactNode, useEffect } from 'react';
import { ArrowLeft, ArrowRight } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { ShallowLink } from './shallow-link.tsx';

// A cursor knows only older rows. The page before each cursor is kept as long as this document is open. Without that
// page, "Newer" leads to the newest page.
const cameFrom = new Map<string, string | null>();

type Props = {
  /** Cursor of the shown page, a `nextCursor`; null for the newest page. */
  cursor: string | null;
  /** Cursor of the next older page; null if there is none. */
  nextCursor: string | null;
  /** Returns the address of a page of the same list. */
  urlOf: (cursor: string | null) => string;
  /** Text at the left: the page size and the order. */
  children?: ReactNode;
};

/** Links to newer and older pages, for lists that are read by cursor. */
export function Pager({ cursor, nextCursor, urlOf, children }: Props) {
  useEffect(() => {
    if (nextCursor !== null) cameFrom.set(nextCursor, cursor);
  }, [nextCursor, cursor]);
  return (
    <div className="flex min-h-11 items-center gap-3 border-t py-2 pr-2 pl-4 text-12 text-fg-subtle">
      {children}
      <nav aria-label="Pages" className="ml-auto flex gap-2 text-13">
        <PageLink url={cursor === null ? null : urlOf(cameFrom.get(cursor) ?? null)}>
          <ArrowLeft size={14} aria-hidden /> Newer
        </PageLink>
        <PageLink url={nextCursor === null ? null : urlOf(nextCursor)}>
          Older <ArrowRight size={14} aria-hidden />
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
