import { EventStreamParser, type ServerSentEvent } from '#src/domain/stream/event-stream-parser.ts';

/** Yields the blocks of an event stream as they end. */
export async function* readServerSentEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const reader = stream.getReader();
  const parser = new EventStreamParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    // The cancel is not awaited: the caller has gone, and a broken stream rejects.
    void reader.cancel().catch(() => undefined);
  }
}
