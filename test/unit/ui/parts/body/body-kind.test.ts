import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sniffImage, textOf } from '#src/ui/parts/body/body-kind.ts';
import { visiblePieces } from '#src/ui/words/visible-text.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

describe('what a body is, by its bytes', () => {
  it.each([
    ['image/png', '\x89PNG\r\n\x1a\n…'],
    ['image/jpeg', '\xff\xd8\xff\xe0'],
    ['image/gif', 'GIF89a'],
    ['image/webp', 'RIFF\x10\x00\x00\x00WEBPVP8 '],
  ])('%s', (type, text) => expect(sniffImage(bytes(text))).toBe(type));

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<?xml version="1.0"?><svg>',
    'RIFF\x10\x00\x00\x00WAVE',
    'GIF',
    '',
    'BM',
  ])('no image: %j', (text) => expect(sniffImage(bytes(text))).toBeNull());

  it('text only where every byte is part of it', () => {
    expect(textOf(new TextEncoder().encode('grüße'))).toBe('grüße');
    expect(textOf(new Uint8Array([0xff, 0x41]))).toBeNull();
    expect(textOf(new Uint8Array([0x41, 0x00]))).toBeNull();
  });
});

describe('characters that cannot be seen', () => {
  const shown = (text: string) =>
    visiblePieces(text)
      .map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.code}]`))
      .join('');

  it('are shown by their numbers', () => {
    expect(shown('pay\u200bpal\u202egpj.exe\u0007')).toBe('pay[U+200B]pal[U+202E]gpj.exe[U+0007]');
    expect(shown('a\u200db')).toBe('a[U+200D]b');
  });

  it('stay where a script or an emoji is written with them', () => {
    for (const text of ['👩\u200d🚀', 'می\u200cخواهم', 'שלום', 'tabs\tand\nlines']) expect(shown(text)).toBe(text);
  });

  it('are all that is ever replaced', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(shown(text)).toBe(text);
      }),
    );
  });
});
