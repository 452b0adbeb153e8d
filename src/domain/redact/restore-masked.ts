import { parsePointer } from '#src/domain/policy/json-pointer.ts';
import { jsonSpans } from './mask-json.ts';
import { decoded, pairsOf } from './mask-url.ts';
import { mask } from './redact.ts';

/** A text with its masks filled in; null if a mask is left for which no value is known. */
export type Restored = string | null;

/**
 * Returns an edited URL whose masked query parameters get their values from the real URL. Only parameters with a name
 * in `names` are filled; of repeated ones the first gets the first value, and so on. Returns null if a mask is left
 * over.
 */
export function restoreQuery(edited: string, real: string, names: readonly string[]): Restored {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const values = new Map<string, string[]>();
  for (const [written, value] of pairsOf(real)) {
    const name = written.toLowerCase();
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const start = edited.indexOf('?');
  if (start < 0) return edited.includes(mask) ? null : edited;
  const pairs = edited.slice(start + 1).split('&');
  let known = true;
  const filled = pairs.map((pair) => {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? '' : decoded(pair.slice(0, equals)).toLowerCase();
    const first = wanted.has(name) ? values.get(name)?.shift() : undefined;
    if (!pair.includes(mask)) return pair;
    if (pair.slice(equals + 1) !== mask || first === undefined) known = false;
    return `${pair.slice(0, equals)}=${first ?? ''}`;
  });
  const path = edited.slice(0, start);
  return known && !path.includes(mask) ? `${path}?${filled.join('&')}` : null;
}

/**
 * Returns an edited JSON text in which the masked values at these JSON pointers are those of the real text, as written
 * there. A text that was masked as a whole and is still only the mask becomes the real text. Returns null if a mask is
 * left over, or if a list on the way to a mask has another length now: the secret could end up in another entry.
 */
export function restoreJson(edited: string, real: string, pointers: readonly string[]): Restored {
  if (!edited.includes(mask)) return edited;
  if (edited.trim() === mask) return real;
  const parsed = [parse(edited), parse(real)] as const;
  if (parsed[0] === undefined || parsed[1] === undefined) return null;
  const fillings: { start: number; end: number; text: string }[] = [];
  for (const pointer of pointers) {
    const masked = jsonSpans(edited, pointer).filter(([start, end]) => edited.slice(start, end) === `"${mask}"`);
    if (masked.length === 0) continue;
    const source = jsonSpans(real, pointer).at(-1);
    if (source === undefined || !sameWay(parsed[0].value, parsed[1].value, parsePointer(pointer) ?? [])) return null;
    for (const [start, end] of masked) fillings.push({ start, end, text: real.slice(...source) });
  }
  fillings.sort((a, b) => a.start - b.start);
  let text = '';
  let at = 0;
  for (const { start, end, text: filling } of fillings) {
    const between = edited.slice(at, start);
    if (between.includes(mask)) return null;
    text += between + filling;
    at = end;
  }
  const rest = edited.slice(at);
  return rest.includes(mask) ? null : text + rest;
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function sameWay(a: unknown, b: unknown, tokens: string[]): boolean {
  let [left, right] = [a, b];
  for (const token of tokens) {
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return false;
    left = below(left, token);
    right = below(right, token);
  }
  return true;
}

function below(value: unknown, token: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
  return (value as Record<string, unknown>)[token];
}
