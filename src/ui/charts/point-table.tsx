import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { stepText } from './ticks.ts';

type Column<Point> = { name: string; value: (point: Point) => string };
type Props<Point> = {
  label: string;
  points: readonly Point[];
  stepSeconds: number;
  columns: readonly Column<Point>[];
  /** Returns the link of a step, as in the chart; null if there is nothing to show for the step. */
  hrefOf?: (point: Point) => string | null;
  /** Title of the links of the steps. */
  linkTitle?: string;
};

/** Lists the steps of a chart, the latest first. */
export function PointTable<Point extends { at: string }>(props: Props<Point>) {
  const { label, points, stepSeconds, columns, hrefOf, linkTitle } = props;
  const { zone } = useTimes();
  return (
    <DataTable
      label={`${label}, the latest first`}
      compact
      fixed={false}
      head={
        <>
          <Th>Time</Th>
          {columns.map(({ name }) => (
            <Th key={name} number>
              {name}
            </Th>
          ))}
        </>
      }
    >
      {[...points].reverse().map((point) => (
        <Tr key={point.at}>
          <Td phone="main" className="whitespace-nowrap">
            <Time href={hrefOf?.(point) ?? null} title={linkTitle}>
              {stepText(point.at, stepSeconds, zone)}
            </Time>
          </Td>
          {columns.map(({ name, value }, index) => (
            <Td key={name} number phone={(['aside', 'first', 'second', 'third'] as const)[index] ?? 'none'}>
              {value(point)}
            </Td>
          ))}
        </Tr>
      ))}
    </DataTable>
  );
}

function Time({ href, title, children }: { href: string | null; title: string | undefined; children: string }) {
  if (href === null) return children;
  return (
    <RowLink href={href} title={title}>
      {children}
    </RowLink>
  );
}
