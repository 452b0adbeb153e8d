'use client';

import { lazy, Suspense, useState } from 'react';
import { type Overlay, useOverlay } from '#src/ui/data/browser/overlay.ts';

// Each overlay is loaded only when it is opened, so every page starts without it.
const Palette = lazy(async () => ({ default: (await import('#src/ui/shell/palette/palette.tsx')).Palette }));
const MoreSheet = lazy(async () => ({ default: (await import('#src/ui/shell/bar/more-sheet.tsx')).MoreSheet }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./shortcut-sheet.tsx')).ShortcutSheet }));

/** Shows the palette, the sheet of keys and the phone's other pages, each from the first time it is opened. */
export function Overlays() {
  const palette = useOpenedOnce('palette');
  const shortcuts = useOpenedOnce('shortcuts');
  const more = useOpenedOnce('more');
  return (
    <Suspense fallback={null}>
      {palette && <Palette />}
      {shortcuts && <ShortcutSheet />}
      {more && <MoreSheet />}
    </Suspense>
  );
}

function useOpenedOnce(which: Overlay): boolean {
  const [isOpen] = useOverlay(which);
  const [was, setWas] = useState(false);
  if (isOpen && !was) setWas(true);
  return was || isOpen;
}
