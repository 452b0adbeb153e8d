/** A number as it was written, which `JSON.stringify` writes again. */
export type RawJson = { readonly rawJSON: string };

/** The parts of `JSON` that TypeScript does not know yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON?(value: unknown): boolean;
};

const risky = /[\d.]{16}|[eE]-\d{3}/;

/** Returns true for every text with a number that a double cannot hold, and for few others. */
export function mayBeInexact(text: string): boolean {
  return risky.test(text);
}

/** Returns true for a number that is kept as it was written. Older browsers know no such numbers. */
export function isRawJson(value: unknown): value is RawJson {
  return json.isRawJSON?.(value) ?? false;
}

/**
 * Parses JSON like `JSON.parse`, but keeps a number as it was written (`RawJson`) if a double cannot hold it. Numbers
 * beyond the range of a double become infinite, as with `JSON.parse`.
 */
export function parseExactJson(text: string): unknown {
  if (!risky.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || !Number.isFinite(value)) return value;
    return isSameNumber(source, String(value)) ? value : json.rawJSON(source);
  });
}

/** Returns the path of the first number in the text that a double cannot hold (`json.id`); null if there is none. */
export function findInexact(text: string): string | null {
  return risky.test(text) ? findRaw(parseExactJson(text), '') : null;
}

function findRaw(value: unknown, path: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (isRawJson(value)) return path;
  for (const [key, member] of Object.entries(value)) {
    const found = findRaw(member, path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function isSameNumber(a: string, b: string): boolean {
  return a === b || normal(a) === normal(b);
}

/** Returns a decimal number in one spelling: its digits without zeros around them, and the power of ten below them. */
function normal(number: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(power) - fraction.length + digits.length - significant.length}`;
}
