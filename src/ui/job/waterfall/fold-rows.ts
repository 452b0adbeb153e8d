/** A part of a long list: an entry, or the number of hidden entries. */
export type Folded<T> = { kind: 'entry'; entry: T } | { kind: 'fold'; hidden: number };

const atEachEnd = 10;

/**
 * Hides the middle of a long list. It keeps the first ten and the last ten entries, `more` entries after the first ten,
 * and the selected entry.
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
