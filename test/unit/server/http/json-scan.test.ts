import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { JsonScan } from '#src/server/http/json-scan.ts';

const bounds = { depth: 64, members: 1_000 };

/** Scans a text in pieces, and returns its free values or the code of the refusal. */
function scan(text: string, pieces = 1, within = bounds): string[] | string {
  const whole = Buffer.from(text);
  const scanner = new JsonScan(within);
  const size = Math.max(1, Math.ceil(whole.length / pieces));
  try {
    for (let at = 0; at < whole.length; at += size) scanner.push(whole.subarray(at, at + size));
    scanner.end(whole);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return scanner.free.map(({ from, to }) => whole.toString('utf8', from, to));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('takes what JSON.parse takes', () => {
  it.each([
    '{}',
    '[]',
    '""',
    '0',
    '-0',
    '1.5e-7',
    '-12.25E+3',
    'true',
    'false',
    'null',
    ' [ 1 , 2 ] ',
    '{"a":{"b":[{}]}}',
    '"\\u00e9\\n\\"\\\\\\/"',
    '"😀"',
    '"\\ud83d\\ude00"',
    '{"a":1,"a":2}',
    '[[[[]]]]',
    '\t\r\n 7 \n',
  ])('%s', (text) => {
    expect(isJson(text)).toBe(true);
    for (const pieces of [1, 2, 100]) expect(scan(text, pieces)).toEqual([]);
  });

  it.each([
    '',
    ' ',
    '{',
    '}',
    '[',
    ']',
    '[1,]',
    '{"a":1,}',
    '{,}',
    '[,]',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '1e+',
    '+1',
    'tru',
    'truee',
    'nul',
    'NaN',
    'Infinity',
    '"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"a\nb"',
    '1 2',
    '{}{}',
    '[1 2]',
    '{"a" 1}',
    '[}',
    '{]',
    '--1',
    '0x10',
    '[1],',
    '"\t"',
  ])('refuses %j', (text) => {
    expect(isJson(text)).toBe(false);
    for (const pieces of [1, 2, 100]) expect(scan(text, pieces)).toBe('invalid_json');
  });

  test('any value, written in any way, in any pieces', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 1, max: 50 }), (text, pieces) => {
        const result = scan(text, pieces);
        if (/\\u0000/.test(text) && result === 'invalid_text') return;
        expect(Array.isArray(result)).toBe(true);
      }),
    );
  });

  test('a text with any byte changed', () => {
    const text = '{"a":[1,-2.5e3,"x\\u00e9\\n",true,null],"b":{"c":false}}';
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), (at, byte) => {
        const changed = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
        const result = scan(changed, 3);
        if (result === 'invalid_text') return;
        expect(Array.isArray(result)).toBe(isJson(changed));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('free values', () => {
  test.each([
    ['{"url":"x","json":{"a":[1,2]},"b":1}', ['{"a":[1,2]}']],
    ['{"json":12345678901234567890}', ['12345678901234567890']],
    ['{"json": "a text" }', ['"a text"']],
    ['{"jobs":[{"json":1.10},{"json":[]},{}]}', ['1.10', '[]']],
    ['{"0":{"jobs":[{"json":null}]}}', ['null']],
    ['{"id":"x","edits":{"json":true}}', ['true']],
    ['{"json":{"json":{"json":1}}}', ['{"json":{"json":1}}']],
    ['{"a":{"b":{"c":{"d":{"json":1}}}}}', []],
    ['{"\\u006ason":1,"jso":2,"jsonx":3,"xjson":4}', []],
    ['["json",{"a":"json"}]', []],
  ])('%s', (text, free) => {
    for (const pieces of [1, 3, 100]) expect(scan(text, pieces)).toEqual(free);
  });

  test('have any number of members', () => {
    const many = `{"json":[${'1,'.repeat(100_000)}1]}`;
    expect(scan(many)).toHaveLength(1);
    expect(scan(many.replace('json', 'jsob'))).toBe('invalid_input');
  });
});

describe('bounds', () => {
  test('depth', () => {
    expect(scan('['.repeat(64) + ']'.repeat(64))).toEqual([]);
    expect(scan('['.repeat(65) + ']'.repeat(65))).toBe('invalid_json');
    expect(scan('['.repeat(10_000_000))).toBe('invalid_json');
  });

  test('members are refused where they become too many', () => {
    const scanner = new JsonScan(bounds);
    const keys = Buffer.from(`{${Array.from({ length: 1_001 }, (_, i) => `"k${i}":1`).join(',')}`);
    expect(() => scanner.push(keys)).toThrow('more than 1,000');
  });

  test.each([
    ['"\\u0000"', 'invalid_text'],
    ['"\\ud83d"', 'invalid_text'],
    ['"\\ude00"', 'invalid_text'],
    ['"\\ud83dx"', 'invalid_text'],
    ['"\\ud83d\\n"', 'invalid_text'],
    ['"\\ud83d\\ud83d"', 'invalid_text'],
    ['1e999', 'invalid_json'],
    ['[-1e400]', 'invalid_json'],
    ['9'.repeat(400), 'invalid_json'],
  ])('%s is refused', (text, code) => {
    expect(scan(text, 2)).toBe(code);
  });

  test('the largest double is no reason to refuse', () => {
    expect(scan('[1.7976931348623157e308,5e-324]')).toEqual([]);
  });
});
