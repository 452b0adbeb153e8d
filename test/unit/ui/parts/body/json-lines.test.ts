import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLines } from '#src/ui/parts/body/json-lines.ts';

function shown(text: string): string | null {
  const lines = jsonLines(text);
  if (lines === null) return null;
  return lines
    .map(
      ({ depth, tokens }) => '  '.repeat(depth) + tokens.map(({ text: each }) => (each === ':' ? ': ' : each)).join(''),
    )
    .join('\n');
}

describe('JSON in lines', () => {
  it('keeps numbers and strings as they are written', () => {
    const text = '{"id":9007199254740993,"price":1.10,"big":1E400,"name":"caf\\u00e9 \\"x\\" {,}"}';
    expect(shown(text)).toBe(
      '{\n  "id": 9007199254740993,\n  "price": 1.10,\n  "big": 1E400,\n  "name": "caf\\u00e9 \\"x\\" {,}"\n}',
    );
  });

  it('is laid out as JSON.stringify with two spaces does it', () => {
    const container = fc.jsonValue().filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(container, (value) => {
        const indented = JSON.stringify(value, null, 2);
        expect(shown(indented)).toBe(indented);
        expect(shown(JSON.stringify(value))).toBe(indented);
      }),
    );
  });

  it('tells keys from strings', () => {
    const kinds = jsonLines('{"a":"a"}')?.flatMap(({ tokens }) => tokens.map(({ kind }) => kind));
    expect(kinds).toEqual(['punctuation', 'key', 'punctuation', 'string', 'punctuation']);
  });

  it.each(['', 'plain text', '{"cut": "off', '[1,2', '12', '"text"', '{a:1}'])(
    'leaves %j to be shown as text',
    (text) => {
      expect(jsonLines(text)).toBeNull();
    },
  );

  it('reads a string of a million characters', () => {
    const text = JSON.stringify({ long: 'x\\"'.repeat(300_000) });
    expect(jsonLines(text)).toHaveLength(3);
  });
});
