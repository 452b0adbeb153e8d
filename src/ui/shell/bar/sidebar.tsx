'use client';

import { useMedia } from '#src/ui/data/browser/use-media.ts';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';
import { navigation, type PlaceGroup } from '#src/ui/shell/navigation.ts';
import { iconsOnly, NavLink } from './nav-link.tsx';
import { ProjectMenu } from './project-menu.tsx';
import { UserMenu } from './user-menu.tsx';
import { useWorkersWords, WorkersAlive } from './workers-alive.tsx';

/** Sidebar: 224 px wide with words, 56 px wide with icons only on narrow windows, hidden on phones. */
export function Sidebar() {
  return (
    <aside className="sticky top-0 flex h-screen flex-col border-r bg-bg p-2 max-sm:hidden" aria-label="Project">
      <ProjectMenu />
      <nav
        aria-label="Main"
        className="min-h-0 flex-1 overflow-y-auto [scrollbar-color:var(--color-border-strong)_transparent] [scrollbar-width:thin]"
      >
        {navigation.map((group) => (
          <Group key={group.label} group={group} />
        ))}
      </nav>
      <div className="grid flex-none gap-1 border-t pt-2 text-12 text-fg-muted">
        <Workers />
        <UserMenu />
      </div>
    </aside>
  );
}

function Group({ group: { label, places } }: { group: PlaceGroup }) {
  const ready = places.filter((place) => place.ready);
  if (ready.length === 0) return null;
  return (
    <>
      {label && (
        <div className="px-2 pt-4 pb-1 text-12 leading-4 font-medium text-fg-subtle max-md:invisible max-md:h-3 max-md:p-0">
          {label}
        </div>
      )}
      <ul className="grid gap-px" aria-label={label ?? undefined}>
        {ready.map((place) => (
          <li key={place.href}>
            <NavLink place={place} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Workers() {
  const narrow = useMedia(iconsOnly);
  const words = useWorkersWords();
  return (
    <Tooltip text={words} side="right" disabled={!narrow}>
      <div className="flex min-h-7 items-center gap-2 px-2 max-md:justify-center">
        <WorkersAlive className="max-md:sr-only" />
      </div>
    </Tooltip>
  );
}
