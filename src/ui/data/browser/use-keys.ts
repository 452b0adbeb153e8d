'use client';

import { useEffect, useEffectEvent } from 'react';

/** By key: `j`, `Enter`, `?`; or two of them, one after the other: `g j`. */
export type Keys = Record<string, (event: KeyboardEvent) => void>;

type Holder = { keys: () => Keys; everywhere: boolean };

const sequenceMs = 1_000;
const holders: Holder[] = [];
let before: { key: string; atMs: number } | null = null;

/**
 * Keys as shortcuts: never while something is typed, not in menus and dialogs, and not with a modifier. Of a page's and
 * the frame's (`everywhere`), the page's counts; of two of the same kind, the one that came last.
 */
export function useKeys(keys: Keys, { everywhere = false }: { everywhere?: boolean } = {}): void {
  const current = useEffectEvent(() => keys);
  useEffect(() => {
    const holder = { keys: () => current(), everywhere };
    if (holders.length === 0) window.addEventListener('keydown', press);
    holders.push(holder);
    return () => {
      holders.splice(holders.indexOf(holder), 1);
      if (holders.length === 0) window.removeEventListener('keydown', press);
    };
  }, [everywhere]);
}

function press(event: KeyboardEvent): void {
  const last = before !== null && event.timeStamp - before.atMs < sequenceMs ? before.key : null;
  before = null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || isDialogOpen()) return;
  const action = last === null ? find(event.key) : find(`${last} ${event.key}`);
  if (action) {
    event.preventDefault();
    action(event);
  } else if (last === null && begins(event.key)) {
    before = { key: event.key, atMs: event.timeStamp };
  }
}

function find(key: string): ((event: KeyboardEvent) => void) | undefined {
  const having = holders.filter((holder) => holder.keys()[key] !== undefined);
  return (having.findLast(({ everywhere }) => !everywhere) ?? having.at(-1))?.keys()[key];
}

function begins(key: string): boolean {
  return holders.some((holder) => Object.keys(holder.keys()).some((each) => each.startsWith(`${key} `)));
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="dialog"]') !==
      null
  );
}

/** A message in the corner has the role of a dialog too, but takes nothing away from the page. */
export function isDialogOpen(): boolean {
  return document.querySelector(':is([role="dialog"], [role="alertdialog"]):not([data-message])') !== null;
}
