import clsx from 'clsx';
import type { ReactNode } from 'react';

type Props = {
  capped?: boolean;
  /** True if a panel is open beside the page. Wide windows have room for it. On others it lies over the page. */
  beside?: boolean;
  children: ReactNode;
};

/** Main part of a page. Lists use the whole width, other pages have a maximum width. */
export function PageBody({ capped = false, beside = false, children }: Props) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className={clsx(
        'grid w-full min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 px-6 pt-5 pb-10 outline-none focus-visible:shadow-none max-sm:gap-3 max-sm:p-4 max-sm:pb-[92px]',
        capped && 'max-w-[1440px]',
        beside && 'lg:pr-[calc(var(--peek-width)+24px)]',
      )}
    >
      {children}
    </main>
  );
}
