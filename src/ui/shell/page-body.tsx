import clsx from 'clsx';
import type { ReactNode } from 'react';

/** The main part of a page; lists use all the width there is, other pages are capped. */
export function PageBody({ capped = false, children }: { capped?: boolean; children: ReactNode }) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className={clsx(
        'grid w-full min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 px-6 pt-5 pb-10 outline-none focus-visible:shadow-none max-sm:gap-3 max-sm:p-4 max-sm:pb-[92px]',
        capped && 'max-w-[1440px]',
      )}
    >
      {children}
    </main>
  );
}
