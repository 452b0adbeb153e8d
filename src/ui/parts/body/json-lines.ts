export type JsonToken = { kind: 'key' | 'string' | 'number' | 'literal' | 'punctuation'; text: string };
export type JsonLine = { depth: number; tokens: JsonToken[] };

// This pattern matches one token of JSON after any white space. The text is known to be JSON, so the order of tokens
// needs no check.
const token = /\s*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d[\d.eE+-]*)|([a-z]+))/y;

/**
 * Returns a JSON text in lines, indented by depth, or null if it is not JSON. Every string and number stays as it is
 * written: `JSON.parse` would change big integers. With `cut`, the text is only a beginning, and the lines that can be
 * read are returned.
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

/**
 * Returns whether a cut text begins like JSON. It cannot be checked as a whole, but its first tokens distinguish JSON
 * from other text in brackets.
 */
function beginsAsJson(text: string): boolean {
  return /^\s*(?:\{\s*"[^"\\]*(?:\\.[^"\\]*)*"\s*:|\[\s*(?:[[{"\d-]|true|false|null))/.test(text);
}

/** Returns whether a text is a JSON object or array. A bare number or string is easier to read as text. */
function isJsonContainer(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
