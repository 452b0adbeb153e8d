'use client';

import { Checkbox as Base } from '@base-ui/react/checkbox';
import clsx from 'clsx';
import { Check, Minus } from '#src/ui/icons/icons.ts';

type Props = {
  label: string;
  /** `mixed` means that only some of the represented items are ticked. */
  checked: boolean | 'mixed';
  /** Called with the event too, because the event says whether Shift was pressed. */
  onChange: (checked: boolean, event: Event) => void;
  hint?: string;
  disabled?: boolean;
  /** The label is hidden, but screen readers read it out. The hit area is 42 px wide, for table rows. */
  bare?: boolean;
};

/** Checkbox that is ticked, not ticked, or mixed. */
export function Checkbox({ label, checked, onChange, hint, disabled = false, bare = false }: Props) {
  const box = (
    <Base.Root
      checked={checked === true}
      indeterminate={checked === 'mixed'}
      disabled={disabled}
      onCheckedChange={(next, { event }) => onChange(next, event)}
      aria-label={bare ? label : undefined}
      className={clsx(
        'relative grid size-4 flex-none place-items-center rounded-tag border border-control-line bg-surface text-on-accent transition-colors',
        'data-checked:border-transparent data-checked:bg-accent data-indeterminate:border-transparent data-indeterminate:bg-accent',
        'data-disabled:cursor-not-allowed data-disabled:opacity-50',
        'after:absolute after:top-1/2 after:left-1/2 after:-translate-1/2',
        bare ? 'z-1 after:h-[38px] after:w-[42px] max-sm:after:h-11' : 'after:size-6',
      )}
    >
      <Base.Indicator>
        {checked === 'mixed' ? (
          <Minus size={12} strokeWidth={4} aria-hidden />
        ) : (
          <Check size={12} strokeWidth={4} aria-hidden />
        )}
      </Base.Indicator>
    </Base.Root>
  );
  if (bare) return box;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the checkbox inside contains its input.
    <label className="flex items-start gap-2.5">
      <span className="flex h-5 items-center">{box}</span>
      <span className={clsx('min-w-0', disabled && 'text-fg-subtle')}>
        {label}
        {hint && <span className="block text-12 text-fg-subtle">{hint}</span>}
      </span>
    </label>
  );
}
