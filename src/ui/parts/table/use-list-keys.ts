import type { RefObject } from 'react';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { usePeek } from './use-peek.ts';
import type { Selection } from './use-selection.ts';

type Keyed = {
  card: RefObject<HTMLElement | null>;
  /** Id of the first row, which is peeked if none has the focus. */
  first: string | undefined;
  /** Undefined if rows cannot be ticked. */
  onSelect: ((next: Selection) => void) | undefined;
  selection: Selection;
};

/** Keys of a list whose rows can be ticked and peeked: j and k move, x ticks, p peeks. */
export function useListKeys({ card, first, selection, onSelect }: Keyed): void {
  const peek = usePeek();
  const toggle = () => {
    const id = focusedRow(card.current);
    if (!id || !onSelect) return;
    const { [id]: was, ...others } = selection;
    onSelect(was ? others : { ...selection, [id]: true });
  };
  const move = (step: 1 | -1) => {
    const id = focusRow(card.current, step, peek.id);
    if (peek.id !== null && id !== null) peek.show(id);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: toggle,
    p: () => {
      const id = focusedRow(card.current) ?? peek.id ?? first ?? null;
      if (peek.id === id) peek.close();
      else peek.show(id);
    },
  });
}

function focusedRow(card: HTMLElement | null): string | null {
  const focused = document.activeElement;
  if (!card || !(focused instanceof HTMLElement) || !card.contains(focused)) return null;
  return focused.closest('tr')?.querySelector<HTMLElement>('[data-row]')?.dataset.row ?? null;
}

/**
 * Moves the focus to the next row and returns its id. The focus is the cursor of the keyboard: Enter opens the row, and
 * a screen reader follows. The move starts at the focused row, or at the row in the peek panel.
 */
function focusRow(card: HTMLElement | null, step: 1 | -1, from: string | null): string | null {
  const links = [...(card?.querySelectorAll<HTMLElement>('.row-link') ?? [])];
  const row = document.activeElement?.closest('tr')?.querySelector<HTMLElement>('.row-link');
  const at = row ? links.indexOf(row) : links.findIndex((link) => link.dataset.row === from);
  const target = at < 0 ? links[0] : links[at + step];
  if (!target) return null;
  target.focus({ focusVisible: true } as FocusOptions);
  target.scrollIntoView({ block: 'nearest' });
  return target.dataset.row ?? null;
}
