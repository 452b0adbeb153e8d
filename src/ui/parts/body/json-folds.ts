import type { JsonLine } from './json-lines.ts';

/** A part of the text that can be folded. It begins with an opening bracket at the end of a line. */
export type Fold = {
  /** Line with the closing bracket, or the last line if the text ends before. */
  end: number;
  /** Number of members or items directly inside. */
  count: number;
  /** Number of characters inside. */
  size: number;
  isArray: boolean;
};

/** Returns what can be folded, by line. */
export function foldsOf(lines: readonly JsonLine[]): Map<number, Fold> {
  const folds = new Map<number, Fold>();
  const open: { line: number; fold: Fold }[] = [];
  for (const [index, { tokens, depth }] of lines.entries()) {
    const first = tokens[0]?.text;
    if (first === '}' || first === ']') {
      const closed = open.pop();
      if (closed) closed.fold.end = index;
    } else {
      const parent = open.at(-1);
      if (parent && depth === (lines[parent.line]?.depth ?? 0) + 1) parent.fold.count++;
    }
    const size = tokens.reduce((total, { text }) => total + text.length, 0);
    for (const { fold } of open) fold.size += size;
    const last = tokens.at(-1)?.text;
    if (last !== '{' && last !== '[') continue;
    const fold = { end: lines.length - 1, count: 0, size: 0, isArray: last === '[' };
    folds.set(index, fold);
    open.push({ line: index, fold });
  }
  return folds;
}

const longFold = 8_192;
const manyLines = 120;

/**
 * Returns the folds that are closed at first: below the outermost level, those that would push everything else out of
 * sight.
 */
export function foldedAtFirst(lines: readonly JsonLine[], folds: Map<number, Fold>): Set<number> {
  const folded = new Set<number>();
  if (lines.length <= 60) return folded;
  for (const [line, { end, size }] of folds) {
    // A fold that holds nearly the whole text must be open.
    const isMost = end - line > lines.length * 0.8;
    if ((lines[line]?.depth ?? 0) > 0 && !isMost && (size > longFold || end - line > manyLines)) folded.add(line);
  }
  return folded;
}

/** Returns the numbers of the lines that are visible while these folds are closed. */
export function unfoldedLines(count: number, folds: Map<number, Fold>, folded: ReadonlySet<number>): number[] {
  const shown: number[] = [];
  for (let line = 0; line < count; line++) {
    shown.push(line);
    const fold = folded.has(line) ? folds.get(line) : undefined;
    if (fold) line = fold.end;
  }
  return shown;
}
