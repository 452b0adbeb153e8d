/** Form of a pattern, from the most to the least specific. */
type PatternKind = 'exact' | 'list' | 'span' | 'any';

/** HTTP statuses that something applies to. It is plain JSON, because it is stored with the job. */
export type StatusPattern = {
  /** Text as its author wrote it, without surrounding spaces. */
  text: string;
  kind: PatternKind;
  /** Ranges of statuses: inclusive, sorted, without overlaps. */
  ranges: [from: number, to: number][];
};

const lowest = 100;
const highest = 999;
const ranks: Record<PatternKind, number> = { exact: 0, list: 1, span: 2, any: 3 };

/**
 * Reads `429`, `500-599`, `5xx`, `42x`, lists of those (`401,403`, `2xx,404`), and `any` (or `all`). Spaces around the
 * parts and the case of letters do not matter. Returns null for any other text, for a code outside 100 – 999, and for a
 * range that runs backwards.
 */
export function parseStatusPattern(text: string): StatusPattern | null {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (lower === 'any' || lower === 'all') return { text: trimmed, kind: 'any', ranges: [[lowest, highest]] };
  const ranges: [number, number][] = [];
  for (const part of lower.split(',')) {
    const range = parsePart(part.trim());
    if (range === null) return null;
    ranges.push(range);
  }
  const codesOnly = ranges.every(([from, to]) => from === to);
  const kind = !codesOnly ? 'span' : ranges.length === 1 ? 'exact' : 'list';
  return { text: trimmed, kind, ranges: mergeRanges(ranges) };
}

/** Returns true if the status is one of the pattern's. */
export function matchesStatus(pattern: StatusPattern, status: number): boolean {
  for (const [from, to] of pattern.ranges) if (status >= from && status <= to) return true;
  return false;
}

/** Returns true if every status that `inner` matches is matched by at least one pattern of `outer`. */
export function covers(outer: StatusPattern | readonly StatusPattern[], inner: StatusPattern): boolean {
  const all = mergeRanges((Array.isArray(outer) ? outer : [outer]).flatMap((pattern) => pattern.ranges));
  return inner.ranges.every(([from, to]) => all.some(([low, high]) => low <= from && to <= high));
}

/** Returns true if both patterns match at least one status in common. */
export function overlaps(a: StatusPattern, b: StatusPattern): boolean {
  return a.ranges.some(([from, to]) => b.ranges.some(([low, high]) => from <= high && low <= to));
}

/**
 * Returns a pattern's specificity as a number; a smaller number is more specific. Exact codes come first, then lists of
 * codes, then ranges and wildcards by the number of their statuses (a range before a wildcard of the same width), then
 * `any`.
 */
export function specificity(pattern: StatusPattern): number {
  const width = pattern.ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const wildcard = pattern.kind === 'span' && /x/i.test(pattern.text) ? 1 : 0;
  return ranks[pattern.kind] * 10_000 + width * 2 + wildcard;
}

function parsePart(part: string): [number, number] | null {
  const range = /^([1-9]\d\d)(?:-([1-9]\d\d))?$/.exec(part);
  if (range !== null) {
    const from = Number(range[1]);
    const to = range[2] === undefined ? from : Number(range[2]);
    return from <= to ? [from, to] : null;
  }
  const wildcard = /^([1-9])(\d?)x{1,2}$/.exec(part);
  if (wildcard === null || part.length !== 3) return null;
  return [Number(part.replaceAll('x', '0')), Number(part.replaceAll('x', '9'))];
}

function mergeRanges(ranges: readonly [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
