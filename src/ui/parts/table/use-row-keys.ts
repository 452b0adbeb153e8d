'use client';

import { useKeys } from '#src/ui/data/browser/use-keys.ts';

/**
 * j and k go along the rows of a page's tables, from one table into the next. The keyboard's cursor is the focus itself: Enter
 * does what the row does, and a screen reader follows.
 */
export function useRowKeys(): void {
  useKeys({ j: () => step(1), k: () => step(-1) });
}

/** A row's link; in rows that lead nowhere, the button that opens them. */
const mark = '.row-link, button[aria-expanded]';

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.data-table tbody tr')];
  const marks = rows.flatMap((row) => row.querySelector<HTMLElement>(mark) ?? []);
  const focused = document.activeElement?.closest('tr')?.querySelector<HTMLElement>(mark);
  const target = focused && marks.includes(focused) ? marks[marks.indexOf(focused) + by] : marks[0];
  if (!target) return;
  target.focus({ focusVisible: true } as FocusOptions);
  target.scrollIntoView({ block: 'nearest' });
}
