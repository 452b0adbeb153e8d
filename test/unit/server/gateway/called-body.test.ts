import { describe, expect, it } from 'vitest';
import { calledBody } from '#src/server/gateway/called-body.ts';

const read = (text: string) => calledBody(Buffer.from(text), 'application/json');

describe('the body of a call', () => {
  it('stays as it is for the same model, and is written anew for another', () => {
    const text = '{ "model" : "a/b", "seed": 12345678901234567890, "top": 1.50 }';
    expect(String(read(text).withModel('a/b'))).toBe(text);
    expect(String(read(text).withModel('b'))).toBe('{"model":"b","seed":12345678901234567890,"top":1.5}');
    expect(read('{}').model).toBe(null);
    expect(String(read('{"a":1}').withModel(null))).toBe('{"a":1}');
  });

  it('says what is to be streamed', () => {
    expect(read('{"stream":true}')).toMatchObject({ stream: true, streamsSpeech: false });
    expect(read('{"stream_format":"sse"}')).toMatchObject({ stream: false, streamsSpeech: true });
    expect(read('{"stream":"true"}').stream).toBe(false);
  });

  it.each([
    ['', 'invalid_json'],
    ['{', 'invalid_json'],
    ['[]', 'invalid_input'],
    ['null', 'invalid_input'],
    ['{"model":""}', 'invalid_input'],
    ['{"model":7}', 'invalid_input'],
    [`{"model":"${'x'.repeat(513)}"}`, 'invalid_input'],
  ])('%j is refused: %s', (text, code) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }));
  });

  it('must be UTF-8', () => {
    const bytes = Buffer.from([0x22, 0xff]);
    expect(() => calledBody(bytes, undefined)).toThrow(expect.objectContaining({ code: 'invalid_text' }));
  });
});
