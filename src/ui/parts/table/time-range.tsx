'use client';

import { lazy, Suspense, useState } from 'react';
import type { StatRange } from '#src/contract/stats/stat-range.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { Clock } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuChoice, MenuItem } from '#src/ui/parts/overlay/menu.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { dateTimeText, zoneText } from '#src/ui/words/time-text.ts';
import type { ChosenRange, RangeBy } from './chosen-range.ts';

const OwnRange = lazy(() => import('./own-range.tsx').then((module) => ({ default: module.OwnRange })));

type Props = {
  range: ChosenRange;
  /** Returns the address of the list with another range. */
  urlOf: (range: ChosenRange) => string;
  /** True for a list whose rows can also be chosen by when an attempt failed. */
  attempts?: boolean;
};

const options: readonly { value: StatRange | 'all'; label: string }[] = [
  { value: 'all', label: 'Any time' },
  { value: '15m', label: 'Last 15 min' },
  { value: '1h', label: 'Last hour' },
  { value: '6h', label: 'Last 6 hours' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
];

const labels: Readonly<Record<RangeBy, string>> = { '': 'Made in', end: 'Ended in', attempt: 'Attempt failed in' };

/** Chooses when the rows of a list were made, ended, or had a failed attempt: one of the usual ranges, or limits of one's own. */
export function TimeRange({ range, urlOf, attempts = false }: Props) {
  const [asking, setAsking] = useState(false);
  const { zone } = useTimes();
  const value = range.last ?? (range.from || range.to ? 'custom' : 'all');
  const word = options.find((option) => option.value === value)?.label ?? rangeText(range, zone);
  const label = labels[range.by];
  return (
    <>
      <Menu
        label={label}
        trigger={
          <Button size="small" icon={Clock} aria-label={`${label}: ${word}`}>
            {range.by !== '' && (
              <span className="text-fg-muted">{range.by === 'end' ? 'Ended' : 'Attempt failed'}</span>
            )}
            {word}
          </Button>
        }
      >
        <MenuChoice
          label={label}
          value={value}
          onChange={(next) =>
            goTo(urlOf({ ...range, from: '', to: '', last: next === 'all' ? null : (next as StatRange) }))
          }
          options={options}
        />
        <MenuItem onClick={() => setAsking(true)}>Own range…</MenuItem>
        <MenuChoice<ChosenRange['by']>
          label="By"
          value={range.by}
          onChange={(by) => goTo(urlOf({ ...range, by }))}
          options={[
            { value: '', label: 'When it was made' },
            { value: 'end', label: 'When it ended' },
            ...(attempts ? [{ value: 'attempt' as const, label: 'When an attempt failed' }] : []),
          ]}
        />
      </Menu>
      {asking && (
        <Suspense>
          <OwnRange
            range={range}
            onClose={() => setAsking(false)}
            onChoose={(limits) => {
              setAsking(false);
              goTo(urlOf({ ...range, last: null, ...limits }));
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function rangeText({ from, to }: ChosenRange, zone: string): string {
  const text = (at: string) => dateTimeText(iso(at), zone);
  const word = zoneText(iso(to || from), zone);
  if (from && to) return `${text(from)} – ${text(to)} ${word}`;
  return from ? `Since ${text(from)} ${word}` : `Until ${text(to)} ${word}`;
}

function iso(text: string): string {
  return new Date(text).toISOString();
}
