/** A block of an event stream. A block without `data` is no event, but it may set `id` and `retry`. */
export type ServerSentEvent = {
  /** The field `event`; `message` if it is absent or empty. */
  type: string;
  data: string | undefined;
  id: string | undefined;
  retryMs: number | undefined;
};

/**
 * Reads `text/event-stream` (HTML standard §9.2.6) from chunks that may be split anywhere. Lines end in LF, CRLF or CR. A
 * byte order mark is dropped, and bytes that are not UTF-8 become U+FFFD. A block that the end of the stream cuts off is
 * dropped, as the standard requires.
 */
export class EventStreamParser {
  #decoder = new TextDecoder();
  /** The line that has not ended. Only what is new in it is searched for its end. */
  #line = '';
  /** True if the last line ended in a CR. An LF that follows belongs to it. */
  #afterCr = false;
  #block: string[] = [];

  /** Returns the blocks that end in this chunk, in order. A block of comments alone has no fields. */
  push(chunk: Uint8Array): ServerSentEvent[] {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (this.#afterCr && text !== '') {
      this.#afterCr = false;
      if (text.startsWith('\n')) text = text.slice(1);
    }
    if (text === '') return [];
    this.#afterCr = text.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? '';
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      this.#endLine(this.#line + line, events);
      this.#line = '';
    }
    this.#line += rest;
    return events;
  }

  #endLine(line: string, events: ServerSentEvent[]): void {
    if (line !== '') this.#block.push(line);
    else if (this.#block.length > 0) {
      events.push(toEvent(this.#block));
      this.#block = [];
    }
  }
}

function toEvent(lines: readonly string[]): ServerSentEvent {
  const event: ServerSentEvent = { type: 'message', data: undefined, id: undefined, retryMs: undefined };
  const data: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    else if (field === 'event') event.type = value === '' ? 'message' : value;
    else if (field === 'id' && !value.includes('\u0000')) event.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) event.retryMs = Number(value);
  }
  if (data.length > 0) event.data = data.length === 1 ? data[0] : data.join('\n');
  return event;
}
