import type { JsonLine } from './json-lines.ts';

/** What an opening bracket at the end of a line opens. */
export type Fold = {
  /** The line that closes it; the last one when the text ends before. */
  end: number;
  /** Members or items directly inside. */
  count: number;
  /** Characters inside. */
  size: number;
  isArray: boolean;
};

/** By line: what can be folded there. */
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

/** What is folded at first: below the outermost level, what would push everything else out of sight. */
export function foldedAtFirst(lines: readonly JsonLine[], folds: Map<number, Fold>): Set<number> {
  const folded = new Set<number>();
  if (lines.length <= 60) return folded;
  for (const [line, { end, size }] of folds) {
    // What is nearly all there is must be seen.
    const isMost = end - line > lines.length * 0.8;
    if ((lines[line]?.depth ?? 0) > 0 && !isMost && (size > longFold || end - line > manyLines)) folded.add(line);
  }
  return folded;
}

/** The lines that are seen while these are folded, each by its number. */
export function unfoldedLines(count: number, folds: Map<number, Fold>, folded: ReadonlySet<number>): number[] {
  const shown: number[] = [];
  for (let line = 0; line < count; line++) {
    shown.push(line);
    const fold = folded.has(line) ? folds.get(line) : undefined;
    if (fold) line = fold.end;
  }
  return shown;
}
