'use client';

import { type ReactNode, useState } from 'react';
import { ChartNoAxesColumn, Rows3 } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';

type Props = {
  title: string;
  legend?: ReactNode;
  /** The chart's data as a table. */
  table: ReactNode;
  className?: string;
  children: ReactNode;
};

/** Shows a chart. A button switches to a table with the same data. */
export function ChartCard({ title, legend, table, className, children }: Props) {
  const [asTable, setAsTable] = useState(false);
  const word = asTable ? 'As a chart' : 'As a table';
  return (
    <Card label={title} {...(className && { className })}>
      <CardHead title={title}>
        <div className="flex min-w-0 items-center gap-2">
          {!asTable && legend}
          <Tooltip text={word}>
            <Button
              kind="ghost"
              size="icon"
              icon={asTable ? ChartNoAxesColumn : Rows3}
              aria-label={`${title}: ${word.toLowerCase()}`}
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            />
          </Tooltip>
        </div>
      </CardHead>
      {asTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard.
        <section aria-label={`${title}, as a table`} tabIndex={0} className="max-h-[250px] overflow-auto">
          {table}
        </section>
      ) : (
        <div className="px-4 pt-3 pb-2.5">{children}</div>
      )}
    </Card>
  );
}
