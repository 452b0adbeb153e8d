'use client';

import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { LucideIcon } from 'lucide-react';

type Props<Value extends string> = {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; icon?: LucideIcon }[];
};

/** One of a few short values, all of them in sight: a time range, a view. Arrow keys move in it. */
export function Segmented<Value extends string>({ label, value, onChange, options }: Props<Value>) {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => {
        // Pressing the one that holds would let it go: one of them always holds.
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
