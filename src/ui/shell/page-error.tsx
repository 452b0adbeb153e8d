'use client';

import { lazy, Suspense } from 'react';
import { RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';

// Every page has this boundary, and would load the bar twice.
const TopBar = lazy(async () => ({ default: (await import('#src/ui/shell/bar/top-bar.tsx')).TopBar }));

type Props = { reset: () => void };

/** Shows that a page itself failed, where not even the frame is there. The work behind it continues. */
export function PageError({ reset }: Props) {
  return (
    <main id="content" className="grid min-h-[60vh] content-center justify-items-center gap-2 p-6 text-center">
      <h1>This page broke</h1>
      <p className="max-w-[52ch] text-fg-muted">
        The jobs do not depend on it and go on. If trying again does not help, the console of your browser says why.
      </p>
      <Button className="mt-3" icon={RotateCw} onClick={reset}>
        Try again
      </Button>
    </main>
  );
}

/** The same in the frame, from which other pages can be reached. */
export function FramedPageError(props: Props) {
  return (
    <>
      <Suspense fallback={null}>
        <TopBar>
          <span>Error</span>
        </TopBar>
      </Suspense>
      <PageError {...props} />
    </>
  );
}
