'use client';

import { lazy, Suspense, useState } from 'react';
import { type Overlay, useOverlay } from './overlay.ts';

// What is seen only when it is asked for is also loaded only then: every page begins without it.
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./shortcut-sheet.tsx')).ShortcutSheet }));

/** The palette and the sheet of keys, from the first time that one opens them. */
export function Overlays() {
  const palette = useOpenedOnce('palette');
  const shortcuts = useOpenedOnce('shortcuts');
  return (
    <Suspense fallback={null}>
      {palette && <Palette />}
      {shortcuts && <ShortcutSheet />}
    </Suspense>
  );
}

function useOpenedOnce(which: Overlay): boolean {
  const [isOpen] = useOverlay(which);
  const [was, setWas] = useState(false);
  if (isOpen && !was) setWas(true);
  return was || isOpen;
}
