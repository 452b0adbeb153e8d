'use client';

import { useId } from 'react';
import type { KnownValuesInput } from '#src/contract/job/known-values.ts';
import { readLimits } from '#src/domain/limits.ts';
import { CircleX } from '#src/ui/icons/icons.ts';
import { inputBoxClass } from '#src/ui/parts/form/input.ts';
import { SuggestInput } from '#src/ui/parts/form/suggest-input.tsx';
import { useKnownValues } from './use-known-values.ts';

type Props = {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** Called with a value that is picked, in place of `onChange`. */
  onPick?: (value: string) => void;
  /** What is asked of the server for what is typed. */
  ask: KnownValuesInput | null;
  /** Values that are known without the server. */
  words?: readonly string[];
  /** Values that are not offered. */
  without?: readonly string[];
  error?: string | undefined;
  autoFocus?: boolean;
};

/** Line of text that offers known values. */
export function KnownField(props: Props) {
  const { label, placeholder, value, onChange, onPick = onChange, ask, words = [], without = [], error } = props;
  const errorId = useId();
  const text = ask?.text?.slice(0, readLimits.searchTextLength);
  const known = useKnownValues(ask && { ...ask, ...(text !== undefined && { text }) });
  const typed = value.trim().toLowerCase();
  const fits = (one: string) => one !== value && !without.includes(one) && one.toLowerCase().includes(typed);
  const offers = [...new Set([...words, ...known])].filter(fits);
  return (
    <div className="grid gap-1.5">
      <span className={inputBoxClass('small')}>
        <SuggestInput
          aria-label={label}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : errorId}
          placeholder={placeholder}
          autoFocus={props.autoFocus ?? false}
          value={value}
          onChange={onChange}
          suggestions={offers.map((one) => ({ value: one }))}
          onPick={(picked) => onPick(picked.value)}
        />
      </span>
      {error !== undefined && (
        <p id={errorId} role="alert" className="flex items-start gap-1.5 text-12 text-failed-text">
          <CircleX size={14} aria-hidden className="mt-0.5 flex-none" />
          <span className="min-w-0 wrap-anywhere">{error}</span>
        </p>
      )}
    </div>
  );
}
