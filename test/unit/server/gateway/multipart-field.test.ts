import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formField, withField } from '#src/server/gateway/multipart-field.ts';

type Part = { headers: string; content: Buffer };

const boundary = fc.stringMatching(/^[0-9a-zA-Z'()+_,./:=?-]{1,70}$/);
const type = (mark: string) => `multipart/form-data; boundary="${mark}"`;
/** The delimiter itself is what no sender lets into its content. */
const holdsNo = (mark: string, bytes: Buffer) => !Buffer.concat([Buffer.from('\r\n'), bytes]).includes(`\r\n--${mark}`);

/** Bytes that hold pieces of a form. */
const content = (mark: string) => {
  const pieces = [
    '\r\n',
    '--',
    `--${mark}`,
    `\n--${mark}--`,
    '\r\n\r\n',
    'content-disposition: form-data; name="model"',
  ];
  const bytes = fc.uint8Array({ maxLength: 40 }).map((list) => Buffer.from(list));
  const text = fc.constantFrom(...pieces).map((piece) => Buffer.from(piece));
  return fc
    .array(fc.oneof(bytes, text), { maxLength: 12 })
    .map((list) => Buffer.concat(list))
    .filter((all) => holdsNo(mark, all));
};

const part = (mark: string): fc.Arbitrary<Part> =>
  fc.record({
    headers: fc.constantFrom(
      'Content-Disposition: form-data; name="file"; filename="model"\r\nContent-Type: audio/mpeg',
      'content-disposition: form-data; name="file"; filename="x; name=\\"model\\""',
      'Content-Disposition: form-data; name="model"; filename="a.bin"',
      'Content-Disposition: form-data; name="prompt"',
      'Content-Type: text/plain\r\nContent-Disposition: form-data; name="models"',
    ),
    content: content(mark),
  });

function packed(mark: string, parts: readonly Part[]): Buffer {
  const written = parts.flatMap(({ headers, content: bytes }) => [
    Buffer.from(`--${mark}\r\n${headers}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...written, Buffer.from(`--${mark}--\r\n`)]);
}

const form = boundary.chain((mark) =>
  fc.record({
    mark: fc.constant(mark),
    before: fc.array(part(mark), { maxLength: 4 }),
    after: fc.array(part(mark), { maxLength: 4 }),
    value: fc.string({ maxLength: 60, unit: 'grapheme' }).filter((text) => holdsNo(mark, Buffer.from(text))),
    name: fc.string({ maxLength: 60, unit: 'grapheme' }),
    headers: fc.constantFrom(
      'Content-Disposition: form-data; name="model"',
      'content-type: text/plain\r\ncontent-disposition: form-data;name=model',
    ),
  }),
);

const headers = 'Content-Disposition: form-data; name="model"';
const model = { headers, content: Buffer.from('m') };

describe('a field of a form', () => {
  it('is found at any place among files of any bytes, and replaced without touching the rest', () => {
    const check = fc.property(form, ({ mark, before, after, value, name, headers: written }) => {
      const named = (text: string): Part => ({ headers: written, content: Buffer.from(text) });
      const body = packed(mark, [...before, named(value), ...after]);
      const found = formField(body, type(mark), 'model');
      expect(found?.value).toBe(value);
      if (found === null) return;
      expect(withField(body, found, name).equals(packed(mark, [...before, named(name), ...after]))).toBe(true);
    });
    fc.assert(check);
  });

  it('is not found where there is none, and the body may be anything', () => {
    const without = boundary.chain((mark) => fc.tuple(fc.constant(mark), fc.array(part(mark), { maxLength: 6 })));
    const ofForms = fc.property(without, ([mark, parts]) => {
      expect(formField(packed(mark, parts), type(mark), 'model')).toBe(null);
    });
    fc.assert(ofForms);
    const ofBytes = fc.property(fc.uint8Array(), boundary, (bytes, mark) => {
      expect(formField(Buffer.from(bytes), type(mark), 'model')).toBe(null);
    });
    fc.assert(ofBytes);
  });

  it('is read with a boundary that is not quoted, and not without one', () => {
    const body = packed('x-1', [model]);
    expect(formField(body, 'multipart/form-data; charset=utf-8; boundary=x-1', 'model')?.value).toBe('m');
    expect(formField(body, 'multipart/form-data', 'model')).toBe(null);
  });

  it('is not looked for behind the end of the form, nor in more than 256 parts, nor if it is long', () => {
    expect(formField(Buffer.concat([packed('b', []), packed('b', [model])]), type('b'), 'model')).toBe(null);
    const other = { headers: 'Content-Disposition: form-data; name="a"', content: Buffer.alloc(0) };
    const preceded = (count: number) => packed('b', [...Array.from({ length: count }, () => other), model]);
    expect(formField(preceded(255), type('b'), 'model')?.value).toBe('m');
    expect(formField(preceded(256), type('b'), 'model')).toBe(null);
    expect(formField(packed('b', [{ headers, content: Buffer.alloc(1_025, 'm') }]), type('b'), 'model')).toBe(null);
  });
});
