import { DataTable, Td, Th, Tr } from '#src/ui/parts/data-table.tsx';
import { stepText } from './ticks.ts';

type Column<Point> = { name: string; value: (point: Point) => string };
type Props<Point> = {
  label: string;
  points: readonly Point[];
  stepSeconds: number;
  columns: readonly Column<Point>[];
};

/** The steps of a chart, the latest first. */
export function PointTable<Point extends { at: string }>({ label, points, stepSeconds, columns }: Props<Point>) {
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
            {stepText(point.at, stepSeconds)}
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
