'use client';

import { useTable } from '@tanstack/react-table';
import clsx from 'clsx';
import { type CSSProperties, type ReactNode, useMemo } from 'react';
import { ArrowDown } from '#src/ui/icons/icons.ts';
import { SelectBox } from '#src/ui/parts/table/select-box.tsx';
import { type Selection, selectionOf, useTicks } from '#src/ui/parts/table/use-selection.ts';
import { columnsWith, type JobColumn, jobFeatures } from './job-columns.tsx';
import type { Row } from './live-job-rows.ts';
import type { TablePrefs } from './table-prefs.ts';

type Place = { th?: string; td?: string; number?: boolean };

/** Places of the columns. Narrow lists hide some of them; phones place the rest in two lines. */
const places: Record<Exclude<JobColumn, `metadata.${string}`>, Place> = {
  state: { th: 'w-[142px] max-lg:w-[124px]', td: 'max-sm:[grid-area:state]' },
  request: { td: 'max-sm:text-14 max-sm:[grid-area:url]' },
  labels: { th: 'w-[158px] @max-[1029px]/list:hidden', td: '@max-[1029px]/list:hidden' },
  attempts: {
    th: 'w-[112px] sm:@max-[720px]/list:hidden',
    td: 'sm:@max-[720px]/list:hidden max-sm:[grid-area:attempts]',
  },
  status: { th: 'w-[124px] sm:@max-[600px]/list:hidden', td: 'sm:@max-[600px]/list:hidden max-sm:[grid-area:code]' },
  duration: { th: 'w-[96px] @max-[909px]/list:hidden', td: '@max-[909px]/list:hidden', number: true },
  age: {
    th: 'w-[84px] clock:w-[112px] sm:@max-[840px]/list:pr-4',
    td: 'sm:@max-[840px]/list:pr-4 max-sm:text-12 max-sm:text-fg-subtle max-sm:[grid-area:age]',
    number: true,
  },
  next: {
    th: 'w-[128px] sm:@max-[840px]/list:hidden',
    td: 'sm:@max-[840px]/list:hidden max-sm:text-left max-sm:text-12 max-sm:[grid-area:next]',
    number: true,
  },
};

const metadataPlace: Place = {
  th: 'w-[140px] overflow-hidden text-ellipsis @max-[640px]/list:hidden',
  td: '@max-[640px]/list:hidden',
};

/** With columns of its metadata the table may be wider than its list, which then scrolls: the request keeps its room. */
const withMetadata = [
  '@min-[641px]/list:min-w-[calc(660px+var(--metadata)*140px)] @min-[721px]/list:min-w-[calc(770px+var(--metadata)*140px)]',
  '@min-[841px]/list:min-w-[calc(890px+var(--metadata)*140px)] @min-[910px]/list:min-w-[calc(990px+var(--metadata)*140px)]',
  '@min-[1030px]/list:min-w-[calc(1150px+var(--metadata)*140px)]',
];

function placeOf(column: JobColumn): Place {
  return column in places ? places[column as keyof typeof places] : metadataPlace;
}

type Props = {
  rows: Row[];
  /** Paths into the metadata that have columns. */
  columns: readonly string[];
  prefs: TablePrefs;
  /** True if rows can be ticked. */
  selectable: boolean;
  selection: Selection;
  onSelect: (next: Selection) => void;
};

/**
 * Shows the list as a table. The roles are written out: on phones rows become grids, and some screen readers then no
 * longer see them as rows.
 */
export function JobsTable({ rows, columns, prefs, selectable, selection, onSelect }: Props) {
  const paths = columns.join('\n');
  const shownColumns = useMemo(() => columnsWith(paths === '' ? [] : paths.split('\n')), [paths]);
  const table = useTable({
    features: jobFeatures,
    columns: shownColumns,
    data: rows,
    getRowId: ({ job }) => job.id,
    state: {
      rowSelection: selection,
      columnVisibility: Object.fromEntries(prefs.hidden.map((column) => [column, false])),
    },
    onRowSelectionChange: (change) => onSelect(typeof change === 'function' ? change(selection) : change),
  });
  const shown = table.getRowModel().rows;
  const tick = useTicks(
    shown.map(({ id }) => id),
    selection,
    onSelect,
  );
  const all = table.getIsAllRowsSelected();
  return (
    <table
      // biome-ignore lint/a11y/noRedundantRoles: some screen readers need it, see above.
      role="table"
      className={clsx('jobs-table', prefs.compact && 'compact', columns.length > 0 && withMetadata)}
      style={columns.length > 0 ? ({ '--metadata': columns.length } as CSSProperties) : undefined}
      aria-label="Jobs, newest first"
    >
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {selectable && (
              <th scope="col" className="w-[42px]">
                <SelectBox
                  label="Select all on this page"
                  checked={all ? true : table.getIsSomeRowsSelected() ? 'mixed' : false}
                  onChange={(on) => onSelect(on ? selectionOf(shown.map(({ id }) => id)) : {})}
                />
              </th>
            )}
            {group.headers.map((header) => (
              <Head key={header.id} column={header.column.id as JobColumn}>
                <table.FlexRender header={header} />
              </Head>
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {shown.map((row, index) => (
          <tr
            key={row.id}
            aria-selected={selectable ? row.getIsSelected() : undefined}
            className={clsx(row.original.left && 'bg-sunken grayscale', row.getIsSelected() && 'selected')}
          >
            {selectable && (
              // A click with Shift ticks a range of rows and must not select their text.
              <td
                className="row-check max-sm:[grid-area:check]"
                onMouseDown={(event) => event.shiftKey && event.preventDefault()}
              >
                <SelectBox
                  label={`Select the job ${row.original.job.method} ${row.original.job.url}`}
                  checked={row.getIsSelected()}
                  onChange={(on, range) => tick(index, on, range)}
                />
              </td>
            )}
            {row.getVisibleCells().map((cell) => {
              const { td, number } = placeOf(cell.column.id as JobColumn);
              return (
                <td key={cell.id} className={clsx(td, number && 'number')}>
                  <table.FlexRender cell={cell} />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ column, children }: { column: JobColumn; children: ReactNode }) {
  const { th, number } = placeOf(column);
  return (
    <th scope="col" className={clsx(th, number && 'number')} {...(column === 'age' && { 'aria-sort': 'descending' })}>
      {children}
      {column === 'age' && <ArrowDown size={12} aria-hidden className="ml-1 inline align-[-2px]" />}
    </th>
  );
}
