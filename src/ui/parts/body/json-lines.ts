export type JsonToken = { kind: 'key' | 'string' | 'number' | 'literal' | 'punctuation'; text: string };
export type JsonLine = { depth: number; tokens: JsonToken[] };

// One token of JSON after any white space. The text is known to be JSON, so that the order of tokens needs no check.
const token = /\s*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d[\d.eE+-]*)|([a-z]+))/y;

/**
 * A JSON text in lines, indented by depth; null when it is none. Every string and number stays as it is written there: going
 * through `JSON.parse` would change big integers. Of a text that is only the beginning of one, `cut`, what can be read.
 */
export function jsonLines(text: string, cut = false): JsonLine[] | null {
  if (!(cut ? beginsAsJson(text) : isJsonContainer(text))) return null;
  const lines: JsonLine[] = [];
  let line: JsonLine = { depth: 0, tokens: [] };
  const tokens = tokensOf(text);
  const newLine = (depth: number) => {
    lines.push(line);
    line = { depth, tokens: [] };
  };
  tokens.forEach((each, index) => {
    const previous = tokens[index - 1]?.text;
    const closes = each.text === '}' || each.text === ']';
    if (closes && !isOpening(previous)) newLine(line.depth - 1);
    line.tokens.push(isKey(each, tokens[index + 1]) ? { ...each, kind: 'key' } : each);
    const next = tokens[index + 1]?.text;
    if (each.kind !== 'punctuation') return;
    if (isOpening(each.text) && next !== '}' && next !== ']') newLine(line.depth + 1);
    else if (each.text === ',') newLine(line.depth);
  });
  return [...lines, line];
}

function tokensOf(text: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  token.lastIndex = 0;
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, punctuation, string, number, literal] = match;
    end = token.lastIndex;
    if (punctuation !== undefined) tokens.push({ kind: 'punctuation', text: punctuation });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'literal', text: literal ?? '' });
  }
  const rest = text.slice(end).trimStart();
  if (rest !== '') tokens.push({ kind: 'string', text: rest });
  return tokens;
}

function isKey(each: JsonToken, next: JsonToken | undefined): boolean {
  return each.kind === 'string' && next?.kind === 'punctuation' && next.text === ':';
}

function isOpening(text: string | undefined): boolean {
  return text === '{' || text === '[';
}

/** What was cut off cannot be checked as a whole; a few tokens at the beginning tell JSON from other text in brackets. */
function beginsAsJson(text: string): boolean {
  return /^\s*(?:\{\s*"[^"\\]*(?:\\.[^"\\]*)*"\s*:|\[\s*(?:[[{"\d-]|true|false|null))/.test(text);
}

/** Objects and arrays only: a bare number or string reads better as the text it is. */
function isJsonContainer(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
