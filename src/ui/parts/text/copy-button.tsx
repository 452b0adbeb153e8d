'use client';

import clsx from 'clsx';
import { useCopy } from '#src/ui/data/browser/use-copy.ts';
import { Check, Copy, X } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

type Props = { text: string | (() => string); label: string; icon?: Icon; className?: string };

/** A small square button that copies a text and shows for a moment whether that worked. */
export function CopyButton({ text, label, icon = Copy, className }: Props) {
  const { state, copy } = useCopy();
  const Icon = { idle: icon, copied: Check, failed: X }[state];
  return (
    <button
      type="button"
      className={clsx(
        className ?? 'size-6 text-fg-subtle hover:bg-active hover:text-fg max-sm:-my-2 max-sm:size-10',
        'inline-grid flex-none place-items-center rounded-tag',
      )}
      aria-label={label}
      title={label}
      onClick={() => copy(typeof text === 'string' ? text : text())}
    >
      <Icon size={14} aria-hidden />
      <span className="sr-only" role="status">
        {{ idle: '', copied: 'Copied', failed: 'Could not copy: the clipboard needs https' }[state]}
      </span>
    </button>
  );
}
