/**
 * Returns the known setting with the most similar name. Names are compared without the prefix that most of them share,
 * so that RINGBACK_PORT leads to PORT.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const bare = (text: string) => text.replace(/^RINGBACK_/, '');
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(bare(name), bare(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [nearest] = ranked;
  return nearest && nearest.distance <= Math.min(4, bare(name).length / 2) ? nearest.candidate : undefined;
}

/** Returns the Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
