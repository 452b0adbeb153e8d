'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { showOverlay, useOverlay } from '#src/ui/data/browser/overlay.ts';
import { Ellipsis } from '#src/ui/icons/icons.ts';
import { currentMark, navigation, type Place } from '#src/ui/shell/navigation.ts';
import { PlaceCount } from './place-count.tsx';

const tab = 'grid content-center justify-items-center gap-0.5 text-12 leading-4';

/** Navigation of phones: the most used pages, and all others behind "More". */
export function TabBar() {
  const [isOpen] = useOverlay('more');
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 hidden h-[60px] auto-cols-fr grid-flow-col border-t bg-surface pb-[env(safe-area-inset-bottom)] max-sm:grid"
    >
      {tabs().map((place) => (
        <Tab key={place.href} place={place} />
      ))}
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className={`${tab} text-fg-muted`}
        onClick={() => showOverlay('more')}
      >
        <Ellipsis size={20} aria-hidden />
        More
      </button>
    </nav>
  );
}

function Tab({ place }: { place: Place }) {
  const current = currentMark(usePathname(), place);
  return (
    <Link
      href={place.href}
      prefetch={false}
      aria-current={current}
      className={clsx(tab, current ? 'font-medium text-accent-text' : 'text-fg-muted')}
    >
      <span className="relative">
        <place.icon size={20} aria-hidden />
        <PlaceCount of={place.count} only="dot" />
      </span>
      {place.label}
    </Link>
  );
}

/** Returns the overview, the jobs, and the first page about callbacks, which is called "Callbacks" here. */
function tabs(): Place[] {
  const [main, callbacks] = navigation;
  const first = (main?.places ?? []).filter(({ href }) => href === '/' || href === '/jobs');
  const ready = callbacks?.places.find((place) => place.ready);
  return [...first.filter((place) => place.ready), ...(ready ? [{ ...ready, label: 'Callbacks' }] : [])];
}
