import { describe, expect, it } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from '#src/domain/stream/event-stream-parser.ts';

const encoder = new TextEncoder();

/** Parses the chunks, and leaves out fields that are not set. */
function parse(chunks: readonly Uint8Array[]): Partial<ServerSentEvent>[] {
  const parser = new EventStreamParser();
  return chunks.flatMap((chunk) => parser.push(chunk)).map((event) => JSON.parse(JSON.stringify(event)));
}

const bytes = (text: string) => encoder.encode(text);
const all = (text: string) => parse([bytes(text)]);

const rich = [
  '\uFEFF: a comment\n\n',
  'event: first\ndata: one\ndata: two\ndata\ndata:\n\n',
  'data:no space\nretry: 2500\nid: 7\n\n',
  'retry: soon\nid: a\u0000b\nunknown: x\ndata:  two spaces\n\n',
  'event: nothing\n\n',
  'event:\ndata: größer 😀\n\n',
  'data: cut off',
].join('');

const expected = [
  { type: 'message' },
  { type: 'first', data: 'one\ntwo\n\n' },
  { type: 'message', data: 'no space', id: '7', retryMs: 2500 },
  { type: 'message', data: ' two spaces' },
  { type: 'nothing' },
  { type: 'message', data: 'größer 😀' },
];

describe('an event stream', () => {
  it('has comments, several lines of data, ids, delays and characters of any length', () => {
    expect(all(rich)).toEqual(expected);
  });

  const ends = { LF: '\n', CRLF: '\r\n', CR: '\r' };
  it.each(Object.entries(ends))('with line ends %s is the same, wherever it is split', (_name, end) => {
    const whole = bytes(rich.replaceAll('\n', end));
    for (let at = 0; at <= whole.byteLength; at++)
      expect(parse([whole.subarray(0, at), whole.subarray(at)]), `split at ${at}`).toEqual(expected);
    expect(parse([...whole].map((_, index) => whole.subarray(index, index + 1)))).toEqual(expected);
  });

  it('with all three line ends mixed is split into the same lines', () => {
    expect(all('data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\r')).toEqual([
      { type: 'message', data: 'a\nb\nc' },
      { type: 'message', data: 'd' },
    ]);
  });

  it('tells an event at the CR that ends it, without the next chunk', () => {
    const parser = new EventStreamParser();
    expect(parser.push(bytes('data: a\r\r'))).toMatchObject([{ data: 'a' }]);
    expect(parser.push(bytes('\ndata: b\r\n\r'))).toMatchObject([{ data: 'b' }]);
    expect(parser.push(bytes('\n\n'))).toEqual([]);
  });

  it('drops a byte order mark only at its beginning, and replaces bytes that are not UTF-8', () => {
    expect(all('\uFEFFdata: a\n\n\uFEFFdata: b\n\n')).toEqual([{ type: 'message', data: 'a' }, { type: 'message' }]);
    const broken = Uint8Array.from([...bytes('data: '), 0xff, 0xc3, ...bytes('\n\n')]);
    expect(parse([broken])).toEqual([{ type: 'message', data: '\uFFFD\uFFFD' }]);
  });
});
