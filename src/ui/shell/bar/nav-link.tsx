'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useMedia } from '#src/ui/data/browser/use-media.ts';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';
import { currentMark, type Place } from '#src/ui/shell/navigation.ts';
import { PlaceCount } from './place-count.tsx';

/** Media query for windows that have room for icons only. Tooltips then show the words. */
export const iconsOnly = '(min-width: 761px) and (max-width: 1023px)';

export function NavLink({ place }: { place: Place }) {
  const narrow = useMedia(iconsOnly);
  const current = currentMark(usePathname(), place);
  return (
    <Tooltip text={place.label} {...(place.keys && { keys: place.keys })} side="right" disabled={!narrow}>
      <Link
        href={place.href}
        prefetch={false}
        aria-current={current}
        className={clsx(
          'flex h-[30px] items-center gap-2.5 rounded-control px-2 font-medium transition-colors max-md:justify-center',
          current ? 'bg-active text-fg' : 'text-fg-muted hover:bg-active hover:text-fg',
        )}
      >
        <span className={clsx('relative flex-none', current ? 'text-accent-text' : 'text-fg-subtle')}>
          <place.icon size={16} aria-hidden />
          {narrow && <PlaceCount of={place.count} only="dot" />}
        </span>
        <span className="max-md:sr-only">{place.label}</span>
        {!narrow && <PlaceCount of={place.count} only="number" />}
      </Link>
    </Tooltip>
  );
}
