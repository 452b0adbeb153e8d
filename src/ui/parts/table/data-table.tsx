'use client';

import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { useRowKeys } from './use-row-keys.ts';

type TableProps = {
  /** What it lists and in which order: "Endpoints, newest first". */
  label: string;
  /** `Th`s; one for each cell of a row. */
  head: ReactNode;
  /** Rows of 32 instead of 38. */
  compact?: boolean;
  /** Columns are as wide as their `Th` says, whatever is in them; without it, as wide as they need. */
  fixed?: boolean;
  children: ReactNode;
};

// Written out, though every element has its own: rows that are drawn as grids are no rows any more to some readers.
const table = { role: 'table' } as const;
const rowgroup = { role: 'rowgroup' } as const;
const row = { role: 'row' } as const;
const columnheader = { role: 'columnheader' } as const;
const cell = { role: 'cell' } as const;

/** A table that becomes two lines a row on phones; j and k go along its rows. */
export function DataTable({ label, head, compact = false, fixed = true, children }: TableProps) {
  useRowKeys();
  return (
    <table {...table} aria-label={label} className={clsx('data-table', compact && 'compact', fixed && 'table-fixed')}>
      <thead {...rowgroup}>
        <tr {...row}>{head}</tr>
      </thead>
      <tbody {...rowgroup}>{children}</tbody>
    </table>
  );
}

type ThProps = { number?: boolean; className?: string; sort?: 'ascending' | 'descending'; children?: ReactNode };

/** A column's head; `number` sets the column's right edge, a width comes by `className`. */
export function Th({ number = false, className, sort, children }: ThProps) {
  return (
    <th scope="col" {...columnheader} aria-sort={sort} className={clsx(number && 'number', className)}>
      {children}
    </th>
  );
}

/** A row; `selected` is drawn and said. */
export function Tr({ selected, className, children }: { selected?: boolean; className?: string; children: ReactNode }) {
  return (
    <tr {...row} aria-selected={selected} className={className}>
      {children}
    </tr>
  );
}

type TdProps = {
  number?: boolean;
  /** Its place on phones: first line, the right end of it, three places of the second line, before both, or none. */
  phone?: 'main' | 'aside' | 'first' | 'second' | 'third' | 'check' | 'none';
  className?: string;
  children?: ReactNode;
};

export function Td({ number = false, phone = 'none', className, children }: TdProps) {
  return (
    <td {...cell} data-phone={phone} className={clsx(number && 'number', className)}>
      {children}
    </td>
  );
}

/** The link of a row, in its main cell: it covers the row, and the row is marked while it has the focus. */
export function RowLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return <Link prefetch={false} {...rest} className={clsx('row-link', className)} />;
}
