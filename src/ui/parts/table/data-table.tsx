'use client';

import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { useRowKeys } from './use-row-keys.ts';

type TableProps = {
  /** Content and order of the table: "Endpoints, newest first". */
  label: string;
  /** `Th` elements, one for each cell of a row. */
  head: ReactNode;
  /** Row height 32 px instead of 38 px. */
  compact?: boolean;
  /**
   * Columns are as wide as their `Th` says, independent of their content. Without `fixed`, they are as wide as they
   * need.
   */
  fixed?: boolean;
  /** False if the list around the table has keys of its own. */
  hasKeys?: boolean;
  children: ReactNode;
};

// The roles are written out, although the elements have them: some screen readers do not see rows that are drawn as
// grids as rows.
const table = { role: 'table' } as const;
const rowgroup = { role: 'rowgroup' } as const;
const row = { role: 'row' } as const;
const columnheader = { role: 'columnheader' } as const;
const cell = { role: 'cell' } as const;

/** A table with two lines per row on phones. The keys j and k move along its rows. */
export function DataTable({ label, head, compact = false, fixed = true, hasKeys = true, children }: TableProps) {
  useRowKeys(hasKeys);
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

/** Head of a column. `number` aligns the column to the right, and `className` sets its width. */
export function Th({ number = false, className, sort, children }: ThProps) {
  return (
    <th scope="col" {...columnheader} aria-sort={sort} className={clsx(number && 'number', className)}>
      {children}
    </th>
  );
}

/** A row. `selected` is drawn and read out. */
export function Tr({ selected, className, children }: { selected?: boolean; className?: string; children: ReactNode }) {
  return (
    <tr {...row} aria-selected={selected} className={className}>
      {children}
    </tr>
  );
}

type TdProps = {
  number?: boolean;
  /**
   * Place of the cell on phones: first line, the right end of that line, three places of the second line, before both,
   * or none.
   */
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

/** Link of a row, in its main cell. It covers the row, and the row is marked while the link has the focus. */
export function RowLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return <Link prefetch={false} {...rest} className={clsx('row-link', className)} />;
}
