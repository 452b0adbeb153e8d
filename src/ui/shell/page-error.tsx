'use client';

import { RotateCw } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';

/** Shows that a page itself failed. The work behind it continues. */
export function PageError({ reset }: { reset: () => void }) {
  return (
    <main className="grid min-h-[60vh] content-center justify-items-center gap-2 p-6 text-center">
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
