'use client';

import clsx from 'clsx';
import { CircleX, Lock, Plus, X } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { inputBoxClass, inputClass } from '#src/ui/parts/form/input.ts';
import { type HeaderDraft, keepsSecret } from './draft.ts';

type Props = {
  headers: HeaderDraft[];
  /** Reason why secrets cannot keep their values; null if they can. */
  whyNotKept: string | null;
  error: string | undefined;
  onChange: (headers: HeaderDraft[]) => void;
};

/** Edits headers, one per line. A secret keeps its value without being shown, or is replaced. */
export function HeadersEditor({ headers, whyNotKept, error, onChange }: Props) {
  const change = (key: number, to: Partial<HeaderDraft>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...to } : header)));
  const add = () =>
    onChange([
      ...headers,
      { key: Math.max(-1, ...headers.map(({ key }) => key)) + 1, name: '', value: '', shown: null, replaced: false },
    ]);
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-1.5 font-medium">Headers</legend>
      {headers.map((header) => (
        <div
          key={header.key}
          className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_28px] items-start gap-2 max-sm:grid-cols-[minmax(0,1fr)_40px]"
        >
          <Box>
            <input
              aria-label="Header name"
              value={header.name}
              readOnly={header.shown !== null}
              onChange={({ target }) => change(header.key, { name: target.value })}
              className={`${inputClass} font-mono text-12`}
              spellCheck={false}
            />
          </Box>
          <Button
            kind="ghost"
            size="icon"
            icon={X}
            aria-label={`Remove the header ${header.name}`}
            onClick={() => onChange(headers.filter(({ key }) => key !== header.key))}
            className="sm:order-last sm:mt-0.5"
          />
          {keepsSecret(header) ? (
            <Kept
              header={header}
              whyNot={whyNotKept}
              onReplace={() => change(header.key, { replaced: true, value: '' })}
            />
          ) : (
            <Box>
              <input
                aria-label={`Value of ${header.name || 'the new header'}`}
                value={header.value}
                onChange={({ target }) => change(header.key, { value: target.value })}
                className={`${inputClass} font-mono text-12`}
                placeholder={header.replaced ? 'the new secret value' : undefined}
                spellCheck={false}
                autoComplete="off"
              />
            </Box>
          )}
        </div>
      ))}
      <Button size="small" icon={Plus} onClick={add} className="justify-self-start">
        Add a header
      </Button>
      {error && (
        <p role="alert" className="flex items-start gap-1.5 text-12 text-failed-text">
          <CircleX size={14} aria-hidden className="mt-0.5 flex-none" />
          <span className="min-w-0 wrap-anywhere">{error}</span>
        </p>
      )}
    </fieldset>
  );
}

function Box({ children }: { children: React.ReactNode }) {
  return <span className={inputBoxClass('medium')}>{children}</span>;
}

function Kept({ header, whyNot, onReplace }: { header: HeaderDraft; whyNot: string | null; onReplace: () => void }) {
  return (
    <span className="flex min-h-8 min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 max-sm:order-last max-sm:col-span-full">
      <span className={clsx('redacted', 'm-0!')}>
        <Lock size={11} strokeWidth={2.25} aria-hidden />
        {header.shown}
      </span>
      <span className={clsx('text-12', whyNot ? 'text-failed-text' : 'text-fg-muted')}>
        {whyNot ?? 'keeps its secret value'}
      </span>
      <Button size="small" onClick={onReplace} aria-label={`Replace the secret of ${header.name}`}>
        Replace
      </Button>
    </span>
  );
}
