import { describe, expect, it } from 'vitest';
import {
  formatMetadataMatch,
  formatMetadataPath,
  metadataPaths,
  metadataText,
  parseMetadataMatch,
  parseMetadataPath,
} from '#src/domain/text/metadata-path.ts';

describe('a path into metadata', () => {
  it.each([
    ['customer.id', ['customer', 'id']],
    ['a\\.b.c', ['a.b', 'c']],
    ['a\\=b', ['a=b']],
    ['a\\\\.b', ['a\\', 'b']],
    ['tags.0', ['tags', '0']],
    ['ä b', ['ä b']],
  ])('%s is read and written', (text, path) => {
    expect(parseMetadataPath(text)).toEqual(path);
    expect(formatMetadataPath(path)).toBe(text);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a\\', 'a\\b', 'a=b', 'a.b.c.d.e.f.g.h.i'])('%j is none', (text) => {
    expect(parseMetadataPath(text)).toBeNull();
  });

  it.each([
    ['a=1', { path: ['a'], value: '1' }],
    ['a=', { path: ['a'], value: '' }],
    ['a=b=c', { path: ['a'], value: 'b=c' }],
    ['a\\=b.c= x ', { path: ['a=b', 'c'], value: ' x ' }],
  ])('%s is a path with a value', (text, match) => {
    expect(parseMetadataMatch(text)).toEqual(match);
    expect(formatMetadataMatch(match)).toBe(text);
  });

  it.each(['a', '=1', 'a..b=1', 'a\\=1', ''])('%j is no path with a value', (text) => {
    expect(parseMetadataMatch(text)).toBeNull();
  });
});

describe('metadata', () => {
  const metadata = { a: { b: 1, 'c.d': null }, list: ['x', { y: true }], text: 'plain', '': 1, deep: { no: {} } };

  it('has the paths of its single values', () => {
    expect(metadataPaths(metadata)).toEqual([['a', 'b'], ['a', 'c.d'], ['text']]);
    expect(metadataPaths([1])).toEqual([]);
    expect(metadataPaths(null)).toEqual([]);
  });

  it.each([
    [['a', 'b'], '1'],
    [['a', 'c.d'], null],
    [['a'], '{"b":1,"c.d":null}'],
    [['list', '0'], 'x'],
    [['list', '-1', 'y'], 'true'],
    [['list', 'x'], null],
    [['text'], 'plain'],
    [['text', '0'], null],
    [['constructor'], null],
    [['nothing', 'there'], null],
  ])('has the text at %j', (path, text) => {
    expect(metadataText(metadata, path)).toBe(text);
  });
});
