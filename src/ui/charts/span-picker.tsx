'use client';

import { lazy, Suspense, useState } from 'react';
import type { StatRange, StatSpan } from '#src/contract/stats/stat-range.ts';
import { Clock, X } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { dateTimeText, dayText, minuteText, zoneText } from '#src/ui/words/time-text.ts';
import { defaultRange } from './range.ts';

const OwnRange = lazy(() =>
  import('#src/ui/parts/table/own-range.tsx').then((module) => ({ default: module.OwnRange })),
);

type Props = {
  span: StatSpan;
  options: readonly { value: StatRange; label: string }[];
  onChange: (span: StatSpan) => void;
};

/** Chooses the time span of charts: one of the usual ranges, or limits of one's own, which a dragged chart sets too. */
export function SpanPicker({ span, options, onChange }: Props) {
  const [asking, setAsking] = useState(false);
  const own = span.range === undefined ? span : null;
  const { zone } = useTimes();
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1.5">
      {own && (
        <span className="flex min-w-0 items-center rounded-control border border-border-strong pl-2 text-12">
          <span className="truncate">{spanText(own, zone)}</span>
          <Button
            kind="ghost"
            size="icon"
            icon={X}
            aria-label="Back to the usual range"
            onClick={() => onChange({ range: defaultRange })}
          />
        </span>
      )}
      <Segmented<StatRange | 'own'>
        label="Time range"
        value={span.range ?? 'own'}
        options={options}
        onChange={(next) => {
          if (next !== 'own') onChange({ range: next });
        }}
      />
      <Button
        kind="ghost"
        size="icon"
        icon={Clock}
        aria-label="Own range"
        title="Own range"
        onClick={() => setAsking(true)}
      />
      {asking && (
        <Suspense>
          <OwnRange
            closed
            range={own ?? { from: '', to: '' }}
            onClose={() => setAsking(false)}
            onChoose={(limits) => {
              setAsking(false);
              onChange(limits);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function spanText({ from, to }: { from: string; to: string }, zone: string): string {
  const sameDay = dayText(from, zone) === dayText(to, zone);
  return `${dateTimeText(from, zone)} – ${sameDay ? minuteText(to, zone) : dateTimeText(to, zone)} ${zoneText(to, zone)}`;
}
