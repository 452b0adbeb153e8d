'use client';

import type { ComponentProps, ReactNode } from 'react';
import { X } from '#src/ui/icons/icons.ts';

type Props = {
  /** Name of the filter: `host`. */
  field: string;
  operator?: string | undefined;
  value: string;
  onRemove: () => void;
  /** Wraps what the chip says in a button that changes the filter. */
  edit?: (label: ReactNode) => ReactNode;
};

/** A filter that is set, with a button that removes it. */
export function Chip({ field, operator = 'is', value, onRemove, edit }: Props) {
  const label = (
    <>
      <span className="text-fg-muted">{field}</span>
      <span className="text-fg-subtle">{operator}</span>
      <span className="truncate font-medium" title={value}>
        {value}
      </span>
    </>
  );
  return (
    <span className="inline-flex h-7 max-w-full items-stretch overflow-hidden rounded-control border border-border-strong bg-surface whitespace-nowrap max-sm:h-10">
      {edit ? edit(label) : <span className="flex min-w-0 items-center gap-[5px] px-2">{label}</span>}
      <button
        type="button"
        aria-label={`Remove the filter ${field} ${operator} ${value}`}
        onClick={onRemove}
        className="grid w-7 flex-none place-items-center border-l text-fg-subtle hover:bg-hover hover:text-fg max-sm:w-10"
      >
        <X size={14} aria-hidden />
      </button>
    </span>
  );
}

/** Dashed chip that adds a filter. It is the trigger of a menu or popover. */
export function AddChip(props: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      {...props}
      className="inline-flex h-7 flex-none items-center gap-1.5 rounded-control border border-dashed border-border-strong px-2 whitespace-nowrap text-fg-muted hover:border-control-line hover:text-fg max-sm:h-10"
    />
  );
}
