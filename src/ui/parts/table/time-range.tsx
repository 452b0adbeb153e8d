'use client';

import type { StatRange } from '#src/contract/stats/stat-range.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { Clock } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuChoice } from '#src/ui/parts/overlay/menu.tsx';
import { dateTimeText } from '#src/ui/words/time-text.ts';
import type { ChosenRange } from './chosen-range.ts';

type Props = {
  range: ChosenRange;
  /** Returns the address of the list with another range. */
  urlOf: (range: ChosenRange) => string;
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

/** Chooses when the rows of a list were created: one of the usual ranges, or the range that a chart has linked to. */
export function TimeRange({ range, urlOf }: Props) {
  const value = range.last ?? (range.from || range.to ? 'custom' : 'all');
  const word = options.find((option) => option.value === value)?.label ?? rangeText(range);
  return (
    <Menu
      label="Made in"
      trigger={
        <Button size="small" icon={Clock} aria-label={`Made in: ${word}`}>
          {word}
        </Button>
      }
    >
      <MenuChoice
        label="Made in"
        value={value}
        onChange={(next) => goTo(urlOf({ from: '', to: '', last: next === 'all' ? null : (next as StatRange) }))}
        options={options}
      />
    </Menu>
  );
}

function rangeText({ from, to }: ChosenRange): string {
  if (from && to) return `${dateTimeText(iso(from))} – ${dateTimeText(iso(to))} UTC`;
  return from ? `Since ${dateTimeText(iso(from))} UTC` : `Until ${dateTimeText(iso(to))} UTC`;
}

function iso(text: string): string {
  return new Date(text).toISOString();
}
