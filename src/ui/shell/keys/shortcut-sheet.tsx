'use client';

import { Fragment } from 'react';
import { useOverlay } from '#src/ui/data/browser/overlay.ts';
import { useCommandKey } from '#src/ui/data/browser/use-command-key.ts';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { Kbd } from '#src/ui/parts/text/kbd.tsx';
import { readyPlaces } from '#src/ui/shell/navigation.ts';
import { shortcuts } from './shortcuts.ts';

export function ShortcutSheet() {
  const [isOpen, setOpen] = useOverlay('shortcuts');
  const command = useCommandKey();
  const goTo = readyPlaces().flatMap(({ label, keys }) => (keys ? [[label, keys] as const] : []));
  return (
    <Dialog open={isOpen} onOpenChange={setOpen} title="Keyboard shortcuts" wide>
      <div className="grid grid-cols-2 gap-x-8 gap-y-4 max-sm:grid-cols-1">
        {[...shortcuts, { label: 'Go to', keys: goTo }].map((group) => (
          <section key={group.label} aria-label={group.label}>
            <h3 className="mb-1">{group.label}</h3>
            <dl className="grid grid-cols-[1fr_auto] items-center gap-y-1.5">
              {group.keys.map(([what, keys]) => (
                <Fragment key={what}>
                  <dt className="text-fg-muted">{what}</dt>
                  <dd className="justify-self-end">
                    <Kbd keys={keys.replace('command k', `${command}K`.replace(' ', '+'))} />
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
