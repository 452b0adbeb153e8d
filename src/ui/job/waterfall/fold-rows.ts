/** What stands in a long list: a run of entries, or how many are folded away. */
export type Folded<T> = { kind: 'entry'; entry: T } | { kind: 'fold'; hidden: number };

const atEachEnd = 10;

/**
 * A list whose middle is folded away when it is long: the first and last ten stay, `more` after the first ten, and the one
 * that is selected.
 */
export function foldMiddle<T>(entries: readonly T[], more: number, isSelected: (entry: T) => boolean): Folded<T>[] {
  const tail = entries.length - atEachEnd;
  const shown: Folded<T>[] = [];
  let hidden = 0;
  const close = () => {
    if (hidden > 0) shown.push({ kind: 'fold', hidden });
    hidden = 0;
  };
  for (const [index, entry] of entries.entries()) {
    const stays = index < atEachEnd + more || index >= tail || isSelected(entry) || entries.length <= atEachEnd * 2 + 4;
    if (!stays) hidden++;
    else {
      close();
      shown.push({ kind: 'entry', entry });
    }
  }
  return shown;
}
