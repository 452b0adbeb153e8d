/** One block of an event stream. Without `data` there is nothing to tell, but `id` and `retry` may have been set. */
export type ServerSentEvent = {
  type: string;
  data: string | undefined;
  id: string | undefined;
  retryMs: number | undefined;
};

/** Reads `text/event-stream` (HTML standard §9.2.6). An event that the stream's end cuts off is dropped, as it says there. */
export async function* readServerSentEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let block: string[] = [];
  for await (const line of readLines(stream)) {
    if (line !== '') {
      block.push(line);
    } else if (block.length > 0) {
      yield toEvent(block);
      block = [];
    }
  }
}

/** Lines end in LF, CRLF or CR; what follows the last of them is left out. */
async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  // Of the line under way; looking through all of a long one with every chunk would take for ever.
  let parts: string[] = [];
  let held = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const [first = '', ...more] = (held + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      const last = more.pop();
      parts.push(first);
      if (last !== undefined) {
        yield parts.join('');
        yield* more;
        parts = [last];
      }
      // A CR at the very end may be half of a CRLF.
      const end = parts.pop() ?? '';
      held = end.endsWith('\r') ? '\r' : '';
      parts.push(held === '' ? end : end.slice(0, -1));
    }
  } finally {
    // Not awaited: the caller has gone, and a broken stream rejects.
    void reader.cancel().catch(() => undefined);
  }
}

function toEvent(lines: string[]): ServerSentEvent {
  const event: ServerSentEvent = { type: 'message', data: undefined, id: undefined, retryMs: undefined };
  for (const line of lines) {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event' && value !== '') event.type = value;
    else if (field === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    else if (field === 'id' && !value.includes('\u0000')) event.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) event.retryMs = Number(value);
  }
  return event;
}
