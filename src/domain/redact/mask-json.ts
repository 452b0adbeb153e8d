import { parsePointer } from '#src/domain/policy/json-pointer.ts';

/** Pointers as a tree: each key leads to what is named below it; a leaf is to be masked. */
type Named = { masked: boolean; below: Map<string, Named> };

const shown = '********';

/**
 * JSON text with the values that these JSON pointers lead to replaced by `"********"`. Everything else stays as it was
 * written: order of keys, spaces, big integers. Of a repeated key every occurrence is masked. Text that is not JSON is
 * masked as a whole, since nothing in it can be found. A pointer that leads nowhere does nothing.
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

/** Where the values that a JSON pointer leads to stand in a text that is known to be JSON; several when a key is repeated. */
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

/** Notes the named values at and below `start`, in the order of the text, and answers where the value ends. */
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

/** Where the value that starts here ends. Counts brackets instead of recursing: depth is the sender's choice. */
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
