'use client';

import { Select as Base } from '@base-ui/react/select';
import clsx from 'clsx';
import { Check, ChevronDown } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { menuItemClass, menuPopupClass } from '#src/ui/parts/overlay/popup.ts';
import { buttonClass } from './button.tsx';

type Option<Value extends string> = { value: Value; label: string; icon?: Icon };
type Props<Value extends string> = {
  /** Accessible name. Leave it out inside a `Field`, because the field's label names the control. */
  label?: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
  size?: 'medium' | 'small';
  disabled?: boolean;
  className?: string;
};

/** Chooses one of several values from a list that opens. For two to five short values use `Segmented`. */
export function Select<Value extends string>(props: Props<Value>) {
  const { label, value, onChange, options, size = 'medium', disabled = false, className } = props;
  return (
    <Base.Root
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next as Value);
      }}
    >
      <Base.Trigger
        aria-label={label}
        className={clsx(buttonClass('default', size), 'justify-between! font-normal!', className)}
      >
        <Base.Value className="truncate" />
        <Base.Icon className="text-fg-subtle">
          <ChevronDown size={14} aria-hidden />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} sideOffset={4} className="z-60">
          <Base.Popup className={`${menuPopupClass} max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto`}>
            {options.map(({ value: each, label: word, icon: Icon }) => (
              <Base.Item key={each} value={each} className={menuItemClass}>
                {Icon && <Icon size={16} aria-hidden className="text-fg-subtle" />}
                <Base.ItemText className="flex-1">{word}</Base.ItemText>
                <Base.ItemIndicator>
                  <Check size={14} aria-hidden />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
