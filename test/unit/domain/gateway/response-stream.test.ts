import { ResponseStream } from 'openai/lib/responses/ResponseStream';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#src/domain/gateway/response-object.ts';
import { lastEvent, ResponseEvents } from '#src/domain/gateway/response-stream.ts';
import { responseScript } from '#test/support/response-script.ts';

const id = 'resp_ours';
const asked = { background: true, metadata: { order: '7' } };
const created = { id, object: 'response', status: 'queued', output: [], model: 'm', tools: [] };
const begin = (seq: number): JsonObject => ({ type: 'response.created', response: created, sequence_number: seq });

function made(events: ResponseEvents, seq: number, data: string): JsonObject[] {
  const event = events.of(seq, { data });
  return event === null ? [] : [event];
}

/** Returns what the helper of the real client makes of the events. */
function helped(events: JsonObject[]) {
  const bytes = new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  return ResponseStream.fromReadableStream(stream).finalResponse();
}

describe('the events of a response', () => {
  it('have our id and numbers, and the metadata that was given', () => {
    const script = responseScript(['a ', 'b']);
    const lines = [...script.begin, ...script.end];
    const events = new ResponseEvents({ id, asked });
    const all = lines.flatMap((data, seq) => made(events, seq, data));
    expect(all.map(({ sequence_number: number }) => number)).toEqual(lines.slice(1).map((_, index) => index + 3));
    expect(all.at(-1)).toMatchObject({ type: 'response.completed', response: { id, metadata: asked.metadata } });
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9])(
    'go on after an attempt that broke after %i events, so that the real client comes to the whole',
    async (count) => {
      const [first, second] = [responseScript(['half ', 'of it'], 1), responseScript(['all ', 'of ', 'it'], 2)];
      const events = new ResponseEvents({ id, asked });
      const broken = [...first.begin, ...first.end].slice(0, count);
      const before: JsonObject[] = broken.flatMap((data, seq) => made(events, seq, data));
      const restart = events.restart(count, created);
      const after: JsonObject[] = [...second.begin, ...second.end].flatMap((data, index) =>
        made(events, count + 1 + index, data),
      );
      const all: JsonObject[] = [begin(0), ...before, ...restart, ...after];
      const numbers = all.map(({ sequence_number: number }) => Number(number));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(await helped(all)).toMatchObject({ id, status: 'completed', output_text: 'all of it' });
    },
  );

  it('leave out what is no event of a response', () => {
    const events = new ResponseEvents({ id, asked });
    for (const data of ['[DONE]', '', '7', 'null', '{"no":"type"}', '{"type":"response.created"}'])
      expect(events.of(0, { data })).toBeNull();
  });
});

it('the last event is made of the response, and a cancelled one has none', () => {
  expect(lastEvent({ status: 'incomplete' }, 7)).toMatchObject({ type: 'response.incomplete', sequence_number: 7 });
  expect(lastEvent({ status: 'cancelled' }, 7)).toBeNull();
});
