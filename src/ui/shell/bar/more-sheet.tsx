'use client';

import { Dialog } from '@base-ui/react/dialog';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { useOverlay } from '#src/ui/data/browser/overlay.ts';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useProjects } from '#src/ui/data/project/use-project.ts';
import { LogOut, X } from '#src/ui/icons/icons.ts';
import { Select } from '#src/ui/parts/form/select.tsx';
import { backdropClass } from '#src/ui/parts/overlay/popup.ts';
import { browserZone, useChooseTimes, useTimes } from '#src/ui/parts/time/times.tsx';
import { leave } from '#src/ui/shell/leave.ts';
import { accountPlace, currentMark, helpPages, type Place, readyPlaces } from '#src/ui/shell/navigation.ts';
import { PlaceCount } from './place-count.tsx';
import { WorkersAlive } from './workers-alive.tsx';

const line = 'flex h-11 w-full items-center gap-3 rounded-control px-3 text-14 hover:bg-hover';

/** Sheet for phones: the project, every page, and the sign-out. */
export function MoreSheet() {
  const [isOpen, setOpen] = useOverlay('more');
  const email = useMe().data?.user?.email;
  const close = () => setOpen(false);
  const places = [...readyPlaces(), ...(accountPlace.ready ? [accountPlace] : [])];
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup className="fixed inset-x-0 bottom-0 z-50 max-h-[85dvh] overflow-y-auto rounded-t-dialog border-t bg-raised p-2 pb-4 shadow-3 outline-none transition-[opacity,translate] duration-[180ms] data-ending-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0">
          <div className="flex items-center gap-3 pl-3">
            <Dialog.Title className="flex-1">Ringback</Dialog.Title>
            <span className="flex items-center gap-2 text-12 text-fg-muted">
              <WorkersAlive />
            </span>
            <Dialog.Close aria-label="Close" className="grid size-10 place-items-center rounded-control text-fg-subtle">
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          <ProjectChoice />
          <nav aria-label="All pages">
            {places.map((place) => (
              <SheetLink key={place.href} place={place} onGo={close} />
            ))}
          </nav>
          <div className="mt-2 border-t pt-2">
            <TimesChoice />
            {helpPages.map(({ href, label, icon: Icon }) => (
              <a key={href} href={href} target="_blank" rel="noreferrer" className={line}>
                <Icon size={18} aria-hidden className="text-fg-subtle" />
                {label}
              </a>
            ))}
            <p className="truncate px-3 py-1 text-12 text-fg-subtle">{email}</p>
            <button type="button" className={line} onClick={() => void leave()}>
              <LogOut size={18} aria-hidden className="text-fg-subtle" />
              Sign out
            </button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function ProjectChoice(): ReactNode {
  const { current, projects, switchTo } = useProjects();
  if (!current || projects.length < 2) return null;
  return (
    <div className="px-3 py-2">
      <Select
        label="Project"
        className="w-full"
        value={current.id}
        onChange={switchTo}
        options={projects.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </div>
  );
}

function TimesChoice() {
  const { ages, zone } = useTimes();
  const choose = useChooseTimes();
  return (
    <div className="grid grid-cols-2 gap-2 px-3 py-2">
      <Select
        label="Times"
        className="w-full"
        value={ages ? 'age' : 'clock'}
        onChange={(form) => choose({ ages: form === 'age' })}
        options={[
          { value: 'age', label: 'Relative times' },
          { value: 'clock', label: 'Date and time' },
        ]}
      />
      <Select
        label="Clock"
        className="w-full"
        value={zone === 'UTC' ? 'utc' : 'local'}
        onChange={(clock) => choose({ zone: clock === 'utc' ? 'UTC' : browserZone() })}
        options={[
          { value: 'utc', label: 'UTC' },
          { value: 'local', label: 'Local clock' },
        ]}
      />
    </div>
  );
}

function SheetLink({ place, onGo }: { place: Place; onGo: () => void }) {
  const current = currentMark(usePathname(), place);
  return (
    <Link
      href={place.href}
      prefetch={false}
      aria-current={current}
      onClick={onGo}
      className={`${line} ${current ? 'bg-active font-medium' : ''}`}
    >
      <place.icon size={18} aria-hidden className="text-fg-subtle" />
      {place.label}
      <PlaceCount of={place.count} only="number" />
    </Link>
  );
}
