/** A block of an event stream. A block without `data` is no event, but it may set `id` and `retry`. */
export type ServerSentEvent = {
  type: string;
  data: string | undefined;
  id: string | undefined;
  retryMs: number | undefined;
};

/**
 * Reads `text/event-stream` (HTML standard §9.2.6). As that standard requires, an event that the end of the stream cuts
 * off is dropped.
 */
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

/** Yields the lines of a stream. Lines end in LF, CRLF or CR. Text after the last line end is dropped. */
async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  // `parts` has the pieces of the current line. Searching all of a long line again with every chunk would be too slow.
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
      // A CR at the end of a chunk may be half of a CRLF.
      const end = parts.pop() ?? '';
      held = end.endsWith('\r') ? '\r' : '';
      parts.push(held === '' ? end : end.slice(0, -1));
    }
  } finally {
    // The cancel is not awaited: the caller has gone, and a broken stream rejects.
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
