import { describe, expect, it } from 'vitest';
import { eventText, finalOf } from '#src/domain/stream/stream-event.ts';

describe('the text of an event', () => {
  it.each([
    [{ name: null, data: 'a' }, 'data: a\n\n'],
    [{ name: 'x', data: 'a\nb\n' }, 'event: x\ndata: a\ndata: b\ndata: \n\n'],
    [{ name: 'x', data: '' }, 'event: x\ndata: \n\n'],
  ])('%j', (event, text) => expect(eventText(event)).toBe(text));
});

describe('the last event of a model response', () => {
  const event = (type: string, more: object = { response: { id: 'resp_1' } }) => ({
    name: type,
    data: JSON.stringify({ type, ...more }),
  });

  it.each(['response.completed', 'response.failed', 'response.incomplete'])('%s holds the result', (type) => {
    expect(finalOf('openai_response', event(type))).toBe('{"id":"resp_1"}');
    expect(finalOf('openai_response', { ...event(type), name: null })).toBe('{"id":"resp_1"}');
    expect(finalOf('text', event(type))).toBeNull();
  });

  it('is no other, and none without a response', () => {
    expect(finalOf('openai_response', event('response.in_progress'))).toBeNull();
    expect(finalOf('openai_response', event('response.completed', {}))).toBeNull();
    expect(finalOf('openai_response', event('response.completed', { response: 'x' }))).toBeNull();
    expect(finalOf('openai_response', { name: null, data: '[DONE]' })).toBeNull();
    expect(finalOf('openai_response', { name: null, data: 'null' })).toBeNull();
  });
});
