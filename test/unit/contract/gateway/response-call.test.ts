import { describe, expect, it } from 'vitest';
import { readResponseCall } from '#src/contract/gateway/response-call.ts';

const read = (more: object = {}) => readResponseCall({ model: 'm', input: 'x', ...more });

describe('a call for a response', () => {
  it('is taken apart into what is sent, what is repeated, and what is ours', () => {
    const call = read({ background: true, temperature: 0, metadata: { a: 'b', ringback_callback: 'hook' } });
    expect(call).toEqual({
      ...{ model: 'm', background: true, stream: false, metadata: { a: 'b' }, callback: 'hook' },
      sent: { input: 'x', temperature: 0, metadata: { a: 'b' } },
      asked: { model: 'm', temperature: 0, background: true, metadata: { a: 'b' } },
      ...{ deadlineSeconds: null, priority: 0, store: true, secrets: [] },
    });
    expect(read({ metadata: { ringback_callback: 'hook' } }).sent).toEqual({ input: 'x' });
  });

  it('keeps credentials of tools from who reads it', () => {
    const tools = [{ type: 'web' }, { type: 'mcp', headers: { k: 's3cret' }, authorization: 's3cret' }, 7];
    const call = read({ tools });
    expect(call.secrets).toEqual(['/tools/1/headers', '/tools/1/authorization']);
    expect(call.sent.tools).toEqual(tools);
    expect(call.asked.tools).toEqual([{ type: 'web' }, { type: 'mcp' }, 7]);
  });

  const windowed = (completion_window: unknown, more: object = {}) =>
    read({ background: true, background_options: { completion_window }, ...more });

  it('has the time of its window', () => {
    expect(windowed('2h')).toMatchObject({ deadlineSeconds: 7_200, priority: -10 });
    const followUp = read({ background_options: { continuation_id: 'resp_1' } });
    expect(followUp).toMatchObject({ deadlineSeconds: null, priority: 5 });
  });

  it.each([
    ['3h', {}],
    ['toString', {}],
    ['2h', { background: false }],
    ['8h', { stream: true }],
  ])('has no window of %s with %o', (name, more) => {
    const field = 'background_options.completion_window';
    expect(() => windowed(name, more)).toThrow(expect.objectContaining({ field }));
  });

  it.each([
    [{ background: 'yes' }, 'background'],
    [{ stream: 1 }, 'stream'],
    [{ store: 'no' }, 'store'],
    [{ model: '' }, 'model'],
    [{ metadata: 'x' }, 'metadata'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
    [{ background_options: 'x' }, 'background_options'],
  ])('%j is refused by the name of the field', (more, field) => {
    expect(() => read(more)).toThrow(expect.objectContaining({ code: 'invalid_input', field }));
  });

  it('takes null for what is not given', () => {
    const call = read({ model: null, metadata: null, store: null, background: null });
    expect(call).toMatchObject({ model: null, store: true, background: false });
  });
});
