'use client';

import clsx from 'clsx';
import type { ReactNode } from 'react';
import { CircleX, Lock, Plus, X } from '#src/ui/icons/icons.ts';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';

/** A header in a form. `key` identifies the row while it is edited. */
export type HeaderRow = { key: number; name: string; value: string };

type Change<Row> = (change: Partial<Row>) => void;

type Props<Row extends HeaderRow> = {
  rows: readonly Row[];
  /** A new row; its key is set here. */
  empty: Omit<Row, 'key'>;
  error: string | undefined;
  /** Example of a name, shown in an empty field. */
  placeholder?: string;
  isFixed: (row: Row) => boolean;
  /** Returns the value of a row, and what belongs beside it. */
  value: (row: Row, change: Change<Row>) => ReactNode;
  /** Returns a further column, if there is one. */
  beside?: (row: Row, change: Change<Row>) => ReactNode;
  onChange: (rows: Row[]) => void;
};

/** Edits headers, one per line. The name of a `fixed` row cannot be changed. */
export function HeaderRows<Row extends HeaderRow>(props: Props<Row>) {
  const { rows, empty, error, placeholder, isFixed, value, beside, onChange } = props;
  const changeOf =
    ({ key }: Row): Change<Row> =>
    (to) =>
      onChange(rows.map((row) => (row.key === key ? { ...row, ...to } : row)));
  const add = () => {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
    onChange([...rows, { ...empty, key } as Row]);
  };
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-2 font-medium">Headers</legend>
      {rows.map((row) => (
        <div
          key={row.key}
          className={clsx(
            // On phones a header has several lines, so each is framed.
            'grid items-center gap-2 max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:rounded-card max-sm:border max-sm:p-2',
            beside
              ? 'grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto_auto]'
              : 'grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto]',
          )}
        >
          <TextField
            bare
            mono
            label="Header name"
            placeholder={placeholder}
            value={row.name}
            readOnly={isFixed(row)}
            spellCheck={false}
            onChange={({ target }) => changeOf(row)({ name: target.value } as Partial<Row>)}
          />
          <span className="min-w-0 max-sm:order-3 max-sm:col-span-full">{value(row, changeOf(row))}</span>
          {beside && <span className="max-sm:order-4">{beside(row, changeOf(row))}</span>}
          <Button
            kind="ghost"
            size="icon"
            icon={X}
            aria-label={`Remove the header ${row.name}`}
            onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
          />
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

type ValueProps = {
  label: string;
  value: string;
  isSecret?: boolean;
  placeholder?: string;
  onChange: (value: string) => void;
};

/** The value of a header as a line of text. A secret is not shown while it is written. */
export function HeaderValue({ label, value, isSecret = false, placeholder = 'value', onChange }: ValueProps) {
  return (
    <TextField
      bare
      mono
      label={label}
      type={isSecret ? 'password' : 'text'}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

type KeptProps = { name: string; shown?: string | null; whyNot?: string | null; onReplace: () => void };

/** A secret value that is kept without being shown, with a button to replace it. `whyNot` says why it cannot be kept. */
export function KeptSecret({ name, shown = null, whyNot = null, onReplace }: KeptProps) {
  return (
    <span className="flex min-h-8 min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
      {shown === null ? (
        <Lock size={14} aria-hidden className="text-fg-muted" />
      ) : (
        <span className="redacted m-0!">
          <Lock size={11} strokeWidth={2.25} aria-hidden />
          {shown}
        </span>
      )}
      <span className={clsx('text-12', whyNot ? 'text-failed-text' : 'text-fg-muted')}>
        {whyNot ?? 'keeps its secret value'}
      </span>
      <Button size="small" onClick={onReplace} aria-label={`Replace the secret of ${name}`}>
        Replace
      </Button>
    </span>
  );
}
