'use client';

import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { readTyped, useOverlay } from '#src/ui/data/browser/overlay.ts';
import { CornerDownLeft, Search } from '#src/ui/icons/icons.ts';
import { backdropClass } from '#src/ui/parts/overlay/popup.ts';
import { useOpenId } from '#src/ui/shell/keys/use-open-id.ts';
import { isSoughtId } from '#src/ui/shell/navigation.ts';
import { PaletteEntries } from './palette-entries.tsx';
import { rankEntry } from './palette-rank.ts';

/** Palette that finds and opens pages, actions and recent jobs. The page of a pasted id opens at once. */
export function Palette() {
  const [isOpen, setOpen] = useOverlay('palette');
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClass} />
        <Dialog.Popup
          aria-label="Command palette"
          className="fixed top-[12dvh] left-1/2 z-50 w-[560px] max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-dialog border bg-raised shadow-3 outline-none transition-opacity duration-[180ms] data-ending-style:opacity-0 data-starting-style:opacity-0"
        >
          <Inside close={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Inside({ close }: { close: () => void }) {
  const router = useRouter();
  const [text, setText] = useState('');
  const go = (href: string) => {
    close();
    router.push(href);
  };
  useEffect(() => readTyped((ahead) => setText((before) => before + ahead)), []);
  const openId = useOpenId(close);
  const read = (next: string) => {
    if (!openId(next) || isSoughtId(next)) setText(next);
  };
  return (
    <Command label="Find or run" loop filter={rankEntry} className="flex max-h-[min(480px,70dvh)] flex-col">
      <div className="flex h-12 flex-none items-center gap-2.5 border-b px-4 text-fg-subtle">
        <Search size={16} aria-hidden className="flex-none" />
        <Command.Input
          value={text}
          onValueChange={read}
          placeholder="Find a page or an action, or paste an id"
          className="w-full min-w-0 bg-transparent text-14 text-fg outline-none focus-visible:shadow-none max-sm:text-16"
        />
        <kbd className="max-sm:hidden">esc</kbd>
      </div>
      <Command.List className="min-h-0 flex-1 overflow-y-auto p-1.5">
        <PaletteEntries text={text} go={go} close={close} />
      </Command.List>
      <div className="flex h-9 flex-none items-center gap-3 border-t px-4 text-12 text-fg-subtle max-sm:hidden">
        <span className="flex items-center gap-1">
          <kbd>↑</kbd>
          <kbd>↓</kbd> move
        </span>
        <span className="flex items-center gap-1">
          <CornerDownLeft size={12} aria-hidden /> open
        </span>
      </div>
    </Command>
  );
}
