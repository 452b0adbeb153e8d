/** A part of a long list: an entry, or the number of hidden entries. */
export type Folded<T> = { kind: 'entry'; entry: T } | { kind: 'fold'; hidden: number };

/**
 * Hides the middle of a long list. It keeps the first and the last `atEachEnd` entries, `more` entries after the first,
 * and the entries that stay in any case.
 */
export function foldMiddle<T>(
  entries: readonly T[],
  more: number,
  staysAnyway: (entry: T) => boolean,
  atEachEnd = 10,
): Folded<T>[] {
  const tail = entries.length - atEachEnd;
  const shown: Folded<T>[] = [];
  let hidden = 0;
  const close = () => {
    if (hidden > 0) shown.push({ kind: 'fold', hidden });
    hidden = 0;
  };
  for (const [index, entry] of entries.entries()) {
    const stays =
      index < atEachEnd + more || index >= tail || staysAnyway(entry) || entries.length <= atEachEnd * 2 + 4;
    if (!stays) hidden++;
    else {
      close();
      shown.push({ kind: 'entry', entry });
    }
  }
  return shown;
}
