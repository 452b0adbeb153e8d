import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyStart, cutBodyView } from '#src/engine/show/body-text.ts';

describe('the beginning of a body', () => {
  it('stays text wherever it is cut, and loses at most the character that the cut goes through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), (text, place) => {
        const bytes = Buffer.from(text.toWellFormed());
        const cut = place % bytes.byteLength;
        const { body, encoding } = cutBodyView(bytes.subarray(0, cut), 'text/plain');
        expect(encoding).toBe('utf8');
        expect(text.toWellFormed().startsWith(body ?? '')).toBe(true);
        expect(cut - Buffer.byteLength(body ?? '')).toBeLessThan(4);
      }),
    );
  });

  it('keeps every byte of what is no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0xe2, 0x82]);
    expect(bodyStart(bytes, 'text/plain', 9)).toEqual({
      body: bytes.toString('base64'),
      encoding: 'base64',
      size: 9,
      bodyCut: true,
    });
  });

  it('is whole when there is no more of it', () => {
    expect(bodyStart(Buffer.from('ä'), null, 2)).toEqual({ body: 'ä', encoding: 'utf8', size: 2, bodyCut: false });
  });
});
