'use client';

import { Switch as Base } from '@base-ui/react/switch';
import clsx from 'clsx';

type Props = {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  hint?: string;
  disabled?: boolean;
  /** The label is not shown, but screen readers read it out. */
  bare?: boolean;
};

/** Switches something on or off at once. For a value that takes effect with a button use `Checkbox`. */
export function Switch({ label, checked, onChange, hint, disabled = false, bare = false }: Props) {
  const control = (
    <Base.Root
      checked={checked}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next)}
      aria-label={bare ? label : undefined}
      className="relative flex h-4 w-7 flex-none items-center rounded-full bg-control-line transition-colors after:absolute after:top-1/2 after:left-1/2 after:size-10 after:-translate-1/2 data-checked:bg-accent data-disabled:cursor-not-allowed data-disabled:opacity-50 sm:after:size-6"
    >
      <Base.Thumb className="block size-3 translate-x-0.5 rounded-full bg-on-accent transition-[translate] data-checked:translate-x-3.5" />
    </Base.Root>
  );
  if (bare) return control;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch inside contains its input.
    <label className="flex items-start gap-2.5">
      <span className="flex h-5 items-center">{control}</span>
      <span className={clsx('min-w-0', disabled && 'text-fg-subtle')}>
        <span className="font-medium">{label}</span>
        {hint && <span className="block text-12 text-fg-subtle">{hint}</span>}
      </span>
    </label>
  );
}
