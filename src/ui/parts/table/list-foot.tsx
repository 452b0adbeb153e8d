'use client';

import type { ReactNode } from 'react';
import { ArrowLeft, ArrowRight } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';
import { SearchedTo } from './searched-to.tsx';
import { ShallowLink } from './shallow-link.tsx';

type Props = {
  /** What the rows are: "jobs". */
  what: string;
  /** Number of rows of a full page. */
  perPage: number;
  list: {
    nextCursor: string | null;
    previousCursor: string | null;
    searchedTo: string | null;
    /** True if the rows still belong to the filter before. */
    isStale: boolean;
  };
  /** Returns the address of a page of the same list. */
  urlOf: (page: { cursor: string } | { before: string }) => string;
  selectable: boolean;
};

/** Shows links to newer and older pages, and the time back to which a long search has looked. */
export function ListFoot({ what, perPage, list, urlOf, selectable }: Props) {
  const { nextCursor, previousCursor, searchedTo, isStale } = list;
  const newer = isStale || previousCursor === null ? null : urlOf({ before: previousCursor });
  const older = isStale || nextCursor === null ? null : urlOf({ cursor: nextCursor });
  return (
    <>
      {!isStale && <SearchedTo what={what} at={searchedTo} older={older} />}
      <div className="flex min-h-11 items-center gap-3 border-t py-2 pr-2 pl-4 text-12 text-fg-subtle">
        <span>
          {perPage} per page<span className="max-sm:hidden">, newest first</span>
        </span>
        <span className="flex gap-3.5 @max-[909px]/list:hidden">
          <Hint keys="j k">move</Hint>
          {selectable && <Hint keys="x">select</Hint>}
          <Hint keys="p">peek</Hint>
          <Hint keys="↵">open</Hint>
          <Hint keys="?">all keys</Hint>
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
    </>
  );
}

function Hint({ keys, children }: { keys: string; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1">
      <Kbd keys={keys} /> {children}
    </span>
  );
}

function PageLink({ url, children }: { url: string | null; children: ReactNode }) {
  const className = buttonClass('default', 'small');
  if (url === null)
    return (
      <button type="button" disabled className={className}>
        {children}
      </button>
    );
  return (
    <ShallowLink href={url} className={className}>
      {children}
    </ShallowLink>
  );
}
