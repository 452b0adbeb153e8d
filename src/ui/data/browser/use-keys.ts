'use client';

import { useEffect, useEffectEvent } from 'react';

/** Actions by key: `j`, `Enter`, `?`; or by two keys, one after the other: `g j`. */
export type Keys = Record<string, (event: KeyboardEvent) => void>;

type Holder = { keys: () => Keys; everywhere: boolean };

const sequenceMs = 1_000;
const holders: Holder[] = [];
let before: { key: string; atMs: number } | null = null;

/**
 * Registers keyboard shortcuts. They do nothing while the user types, in menus and dialogs, and with a modifier key. If
 * a page and the frame (`everywhere`) use the same key, the page's action runs. If two of the same kind use it, the
 * action of the one that was registered last runs.
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

/**
 * Returns whether a dialog is open. A message in the corner has the role of a dialog too, but it does not block the
 * page.
 */
export function isDialogOpen(): boolean {
  return document.querySelector(':is([role="dialog"], [role="alertdialog"]):not([data-message])') !== null;
}
