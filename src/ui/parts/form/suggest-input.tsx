'use client';

import clsx from 'clsx';
import { type ComponentProps, type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { menuPopupClass } from '#src/ui/parts/overlay/popup.ts';
import { inputClass } from './input.ts';

/** A value that is offered below an input. */
export type Suggestion = { value: string /** Shown instead of the value. */; label?: string; hint?: string };

type Props = Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'list' | 'role'> & {
  box?: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
  /** What is offered. What was typed can always be used as it is. */
  suggestions: readonly Suggestion[];
  onPick: (picked: Suggestion) => void;
  /** Called by Enter without a chosen suggestion; without it, Enter submits the form. */
  onEnter?: (() => void) | undefined;
};

/**
 * Input with a list of known values, by the pattern of a combobox: the arrow keys choose one, Enter takes it, Escape closes
 * the list. The focus stays in the input.
 */
export function SuggestInput(props: Props) {
  const { box, value, onChange, suggestions, onPick, onEnter, className, onKeyDown, onFocus, onBlur, ...input } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  // The chosen value, and not its place: others may come above it.
  const [active, setActive] = useState<string | null>(null);
  const shown = open && suggestions.length > 0;
  const at = shown ? suggestions.findIndex(({ value }) => value === active) : -1;
  const pick = (picked: Suggestion) => {
    setActive(null);
    onPick(picked);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = suggestions[at];
    if (event.nativeEvent.isComposing) return;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && suggestions.length > 0) {
      event.preventDefault();
      setOpen(true);
      const next = stepTo(at, event.key === 'ArrowDown' ? 1 : -1, suggestions.length);
      setActive(suggestions[next]?.value ?? null);
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      pick(chosen);
    } else if (event.key === 'Enter' && onEnter) {
      event.preventDefault();
      setOpen(false);
      setActive(null);
      onEnter();
    } else if (event.key === 'Escape' && shown) {
      // The popover around it stays open.
      event.stopPropagation();
      setOpen(false);
      setActive(null);
    } else onKeyDown?.(event);
  };
  return (
    <span className="relative min-w-0 flex-1">
      <input
        {...input}
        ref={box}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={shown ? id : undefined}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        autoComplete="off"
        spellCheck={false}
        className={clsx(inputClass, className)}
        value={value}
        onChange={(event) => {
          setOpen(true);
          setActive(null);
          onChange(event.target.value);
        }}
        onKeyDown={press}
        onFocus={onFocus}
        onClick={() => setOpen(true)}
        onBlur={(event) => {
          setOpen(false);
          setActive(null);
          onBlur?.(event);
        }}
      />
      {shown && <Offered id={id} label={input['aria-label']} suggestions={suggestions} active={at} onPick={pick} />}
    </span>
  );
}

/** Goes on by one, and from the last over none to the first. */
function stepTo(from: number, step: 1 | -1, count: number): number {
  return ((from + 1 + step + count + 1) % (count + 1)) - 1;
}

type OfferedProps = {
  id: string;
  label: string | undefined;
  suggestions: readonly Suggestion[];
  active: number;
  onPick: (picked: Suggestion) => void;
};

function Offered({ id, label, suggestions, active, onPick }: OfferedProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active >= 0) list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label={label ? `Known values: ${label}` : 'Known values'}
      className={`${menuPopupClass} absolute top-full -left-2.5 z-60 mt-2 max-h-72 w-max max-w-[min(420px,calc(100vw-48px))] min-w-[calc(100%+20px)] overflow-y-auto`}
      // The input keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      {suggestions.map((one, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the input.
        // biome-ignore lint/a11y/useFocusableInteractive: see above.
        <div
          key={one.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={clsx(
            'flex min-h-[30px] cursor-default items-center gap-3 rounded-tag px-2 max-sm:min-h-11',
            index === active ? 'bg-active' : 'hover:bg-hover',
          )}
          onClick={() => onPick(one)}
        >
          <span className="min-w-0 flex-1 truncate" title={one.label ?? one.value}>
            {one.label ?? one.value}
          </span>
          {one.hint && <span className="flex-none text-12 text-fg-subtle">{one.hint}</span>}
        </div>
      ))}
    </div>
  );
}
