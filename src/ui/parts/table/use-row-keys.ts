'use client';

import { useKeys } from '#src/ui/data/browser/use-keys.ts';

/**
 * Moves with j and k along the rows of a page's tables, from one table into the next. The focus is the cursor of the
 * keyboard: Enter does what the row does, and a screen reader follows.
 */
export function useRowKeys(isOn = true): void {
  useKeys(isOn ? { j: () => step(1), k: () => step(-1) } : {});
}

/** Selector of a row's link, or of the button that opens a row without a link. */
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
