import { parsePointer } from '#src/domain/policy/json-pointer.ts';

/** Pointers as a tree. Each key leads to the pointers below it; a `masked` node's value is masked. */
type Named = { masked: boolean; below: Map<string, Named> };

const shown = '********';

/**
 * Returns JSON text in which the values at these JSON pointers are replaced by `"********"`. Everything else stays as
 * it was written: order of keys, spaces, big integers. If a key is repeated, every occurrence is masked. Text that is
 * not JSON is masked as a whole, because nothing can be found in it. A pointer that leads nowhere does nothing.
 */
export function maskJsonPointers(text: string, pointers: readonly string[]): string {
  if (pointers.length === 0) return text;
  const root: Named = { masked: false, below: new Map() };
  for (const pointer of pointers) {
    const tokens = parsePointer(pointer);
    if (tokens === null) return shown;
    name(root, tokens);
  }
  try {
    JSON.parse(text);
  } catch {
    return shown;
  }
  const spans: [start: number, end: number][] = [];
  collect(text, skipSpace(text, 0), root, spans);
  let masked = '';
  let at = 0;
  for (const [start, end] of spans) {
    masked += `${text.slice(at, start)}"${shown}"`;
    at = end;
  }
  return masked + text.slice(at);
}

/**
 * Returns the positions of the values at a JSON pointer. The text must be JSON. There are several if a key is repeated.
 */
export function jsonSpans(text: string, pointer: string): [start: number, end: number][] {
  const tokens = parsePointer(pointer);
  if (tokens === null) return [];
  const root: Named = { masked: false, below: new Map() };
  name(root, tokens);
  const spans: [start: number, end: number][] = [];
  collect(text, skipSpace(text, 0), root, spans);
  return spans;
}

function name(root: Named, tokens: string[]): void {
  let node = root;
  for (const token of tokens) {
    let next = node.below.get(token);
    if (next === undefined) {
      next = { masked: false, below: new Map() };
      node.below.set(token, next);
    }
    node = next;
  }
  node.masked = true;
}

/**
 * Collects the positions of the named values at and below `start`, in the order of the text. Returns the end of the
 * value at `start`.
 */
function collect(text: string, start: number, named: Named | undefined, spans: [number, number][]): number {
  const opening = text[start];
  const isContainer = opening === '{' || opening === '[';
  if (named === undefined || named.masked || named.below.size === 0 || !isContainer) {
    const end = valueEnd(text, start);
    if (named?.masked) spans.push([start, end]);
    return end;
  }
  let at = skipSpace(text, start + 1);
  for (let index = 0; text[at] !== '}' && text[at] !== ']'; index++) {
    let token = String(index);
    if (opening === '{') {
      const keyEnd = valueEnd(text, at);
      token = JSON.parse(text.slice(at, keyEnd));
      at = skipSpace(text, skipSpace(text, keyEnd) + 1);
    }
    at = skipSpace(text, collect(text, at, named.below.get(token), spans));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return at + 1;
}

/**
 * Returns the end of the value that starts here. It counts brackets and does not recurse, because the sender chooses
 * the depth.
 */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const char = text[at];
    if (char === '"') at = stringEnd(text, at);
    else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      depth--;
      at++;
    } else if (depth > 0) at++;
    else at = literalEnd(text, at);
  } while (depth > 0);
  return at;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function literalEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,\]}]/.test(text[at] as string)) at++;
  return at;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}
