'use client';

import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

type Props<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: Icon }[];
};

/**
 * Chooses one of a few short values that are all visible, such as a time range or a view. Arrow keys move between them.
 */
export function Segmented<Value extends string>({ label, value, onChange, options }: Props<Value>) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        // A press on the current value would unset it, but one value must always be set.
        if (next !== undefined) onChange(next as Value);
      }}
      className="inline-flex gap-0.5 rounded-control bg-active p-0.5"
    >
      {options.map(({ value: each, label: word, icon: Icon }) => (
        <Toggle
          key={each}
          value={each}
          className="inline-flex h-6 items-center gap-1.5 rounded-tag px-2.5 text-12 font-medium whitespace-nowrap text-fg-muted hover:text-fg data-pressed:bg-surface data-pressed:text-fg data-pressed:shadow-segment max-sm:h-9"
        >
          {Icon && <Icon size={14} aria-hidden />}
          {word}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
