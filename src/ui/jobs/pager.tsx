'use client';

import { ArrowLeft, ArrowRight } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { buttonClass } from '#src/ui/parts/button.tsx';
import { FilterLink } from './filter-link.tsx';
import { type Filters, filtersUrl, pageSize } from './filters.ts';

// A cursor knows only what is older. Which page came before one is kept for as long as this document lives; without it,
// "Newer" leads to the newest page.
const cameFrom = new Map<string, string | null>();

export function Pager({ filters, nextCursor }: { filters: Filters; nextCursor: string | null }) {
  const { cursor } = filters;
  useEffect(() => {
    if (nextCursor !== null) cameFrom.set(nextCursor, cursor);
  }, [nextCursor, cursor]);
  const newer = cursor === null ? null : filtersUrl(filters, { cursor: cameFrom.get(cursor) ?? null });
  const older = nextCursor === null ? null : filtersUrl(filters, { cursor: nextCursor });
  return (
    <div className="flex min-h-11 items-center gap-3 border-t py-2 pr-2 pl-4 text-12 text-fg-subtle">
      <span>
        {pageSize} per page<span className="max-sm:hidden">, newest first</span>
      </span>
      <span className="flex gap-3.5 max-lg:hidden">
        <span className="flex items-center gap-1">
          <kbd>j</kbd>
          <kbd>k</kbd> move
        </span>
        <span className="flex items-center gap-1">
          <kbd>↵</kbd> open
        </span>
      </span>
      <nav aria-label="Pages" className="ml-auto flex gap-2 text-13">
        <PageLink url={newer}>
          <ArrowLeft size={14} aria-hidden /> Newer
        </PageLink>
        <PageLink url={older}>
          Older <ArrowRight size={14} aria-hidden />
        </PageLink>
      </nav>
    </div>
  );
}

function PageLink({ url, children }: { url: string | null; children: ReactNode }) {
  if (url === null) {
    return (
      <button type="button" disabled className={buttonClass('default', 'small')}>
        {children}
      </button>
    );
  }
  return (
    <FilterLink href={url} className={buttonClass('default', 'small')}>
      {children}
    </FilterLink>
  );
}
