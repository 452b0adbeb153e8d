import { expect, it } from 'vitest';
import { readBody } from '#src/ui/parts/body/read-body.ts';

const base64 = (text: string) => ({
  body: Buffer.from(text, 'latin1').toString('base64'),
  encoding: 'base64' as const,
  size: text.length,
});
const png = '\x89PNG\r\n\x1a\n…';

it('a body is drawn as what its bytes are', () => {
  expect(readBody(base64(png), false)).toMatchObject({ kind: 'image', type: 'image/png' });
  expect(readBody(base64('<svg onload="x"/>'), false)).toMatchObject({ kind: 'text', text: '<svg onload="x"/>' });
  expect(readBody(base64('{"a":1}'), false).kind).toBe('JSON');
  expect(readBody(base64('\x00\xff'), false).kind).toBe('bytes');
});

it('the beginning of an image is no image', () => {
  expect(readBody(base64(png), true).kind).toBe('bytes');
});

it('a body without bytes is empty, one that was left out says so', () => {
  expect(readBody({ body: '', encoding: 'utf8', size: 0 }, false).kind).toBe('empty');
  expect(readBody({ body: null, encoding: 'utf8', size: 9, omitted: true }, false).kind).toBe('left out');
});
