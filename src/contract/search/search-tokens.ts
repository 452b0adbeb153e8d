/** A piece of what stands in a search box: `key:value`, or text. */
export type SearchToken = {
  /** Place in the whole text. */
  start: number;
  end: number;
  /** Key before the colon, without quotes; null: the piece is text. */
  key: string | null;
  /** True if a minus stands before the key. */
  negated: boolean;
  /** Value behind the colon, or the text, without quotes. */
  value: string;
  /** Place where the value begins. */
  valueStart: number;
};

/** What may stand before a colon for the piece to be a filter. Else, as in `10:30`, it is text. */
const keyShape = /^-?[A-Za-z][\w-]*(?:\.[\s\S]+)?$/;

/**
 * Splits what stands in a search box at white space. Quotes keep together; a backslash within them takes the meaning from a
 * quote or a backslash. A quote that is not closed ends with the text. URLs are text.
 */
export function searchTokens(text: string): SearchToken[] {
  const tokens: SearchToken[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text.charAt(at))) at += 1;
    else {
      const token = tokenFrom(text, at);
      tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}

function tokenFrom(text: string, start: number): SearchToken {
  const plain = pieceFrom(text, start, () => false);
  const head = pieceFrom(text, start, (char) => char === ':');
  const isKey = head.end < plain.end && text.charAt(start) !== '"' && keyShape.test(head.value);
  if (!isKey || text.startsWith('//', head.end + 1))
    return { start, end: plain.end, key: null, negated: false, value: plain.value, valueStart: start };
  const negated = head.value.startsWith('-');
  const { value, end } = pieceFrom(text, head.end + 1, () => false);
  return { start, end, key: head.value.slice(negated ? 1 : 0), negated, value, valueStart: head.end + 1 };
}

/** Reads up to white space or a character that ends it, outside of quotes. */
function pieceFrom(text: string, start: number, ends: (char: string) => boolean): { value: string; end: number } {
  let value = '';
  let quoted = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (!quoted && (/\s/.test(char) || ends(char))) break;
    if (char === '"') quoted = !quoted;
    else if (quoted && char === '\\' && /["\\]/.test(text.charAt(at + 1))) {
      at += 1;
      value += text.charAt(at);
    } else value += char;
  }
  return { value, end: at };
}

/** Returns a value as it is written in a search box: in quotes if it would else be read in another way. */
export function searchWord(value: string): string {
  return /^(?!\/\/)[^\s"]+$/.test(value) ? value : quotedWord(value);
}

/** Returns a key as it is written before a colon. */
export function searchKey(key: string): string {
  return /[\s":]/.test(key) ? key.replace(/\.([\s\S]*)$/, (_, path: string) => `.${quotedWord(path)}`) : key;
}

export function quotedWord(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
