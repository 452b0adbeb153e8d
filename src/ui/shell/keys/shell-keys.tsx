'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { showOverlay, typeAhead } from '#src/ui/data/browser/overlay.ts';
import { isDialogOpen, type Keys, useKeys } from '#src/ui/data/browser/use-keys.ts';
import { browserZone, useChooseTimes, useTimes } from '#src/ui/parts/time/times.tsx';
import { readyPlaces } from '#src/ui/shell/navigation.ts';
import { useTheme } from '#src/ui/theme/use-theme.ts';

/** Registers the keys that work on every page. */
export function ShellKeys() {
  const router = useRouter();
  const [, , turnTheme] = useTheme();
  const times = useTimes();
  const choose = useChooseTimes();
  const goTo: Keys = {};
  for (const { href, keys } of readyPlaces()) if (keys) goTo[keys] = () => router.push(href);
  useKeys(
    {
      ...goTo,
      '?': () => showOverlay('shortcuts'),
      // A page with a search box of its own takes this key.
      '/': () => showOverlay('palette'),
      t: turnTheme,
      z: () => choose({ zone: times.zone === 'UTC' ? browserZone() : 'UTC' }),
      Z: () => choose({ ages: !times.ages }),
    },
    { everywhere: true },
  );
  useEffect(() => {
    // The shortcut works while something is typed too, because a key with a modifier is not a letter.
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      if (!isDialogOpen()) showOverlay('palette');
    };
    window.addEventListener('keydown', press);
    // Before any other listener: what is typed while the palette opens is no shortcut.
    window.addEventListener('keydown', typeAhead, { capture: true });
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener('keydown', typeAhead, { capture: true });
    };
  }, []);
  return null;
}
