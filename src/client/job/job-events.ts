import { toAnswerError } from '#src/client/call/answer-error.ts';
import type { Connection } from '#src/client/call/connection.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { pause } from '#src/client/call/pause.ts';
import { longestRetryAfterMs, mayPass, repeatDelayMs } from '#src/client/call/repeat-call.ts';
import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';

/** The options of `events`. */
export type EventsOptions = {
  /** The `seq` of the last event that you have. Absent: all events. */
  after?: number | undefined;
  /** Stops the reading, not the job. The iterator throws the signal's reason. */
  signal?: AbortSignal | undefined;
};

/**
 * An event of a job's stream. `seq` is the number to go on after. With `restart`, the target was asked again: the events
 * before count no more.
 */
export type StreamedEvent = { seq: number; name: string; data: string; restart: boolean };

/** Silence after which a connection counts as broken. Ringback says something every 15 s. */
const silenceMs = 40_000;

/**
 * Yields the events of a job with `stream: true` as they come, until the job has ended. A broken connection is opened again
 * where it broke. Throws `not_found`, `no_events` and `result_expired`.
 */
export async function* jobEvents(
  connection: Connection,
  id: string,
  { after, signal }: EventsOptions = {},
): AsyncGenerator<StreamedEvent> {
  let seen = after;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      for await (const event of readOnce(connection, id, seen, signal)) {
        if (event === null) return;
        failures = 0;
        seen = event.seq;
        yield event;
      }
      await pause(repeatDelayMs(cutOff(), failures), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      await pause(Math.min(longestRetryAfterMs, repeatDelayMs(error, failures)), signal);
    }
    failures++;
  }
}

/** Reads one response. Yields null after the last event; a response that ends without it was cut. */
async function* readOnce(
  connection: Connection,
  id: string,
  after: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamedEvent | null> {
  const silent = new AbortController();
  const stop = () => silent.abort();
  let timer = setTimeout(stop, silenceMs);
  signal?.addEventListener('abort', stop);
  try {
    const query = after === undefined ? '' : `?starting_after=${after}`;
    const target = `${connection.url()}/v1/jobs/${encodeURIComponent(id)}/events${query}`;
    const response = await connection.fetch(target, {
      headers: { accept: 'text/event-stream' },
      signal: silent.signal,
    });
    if (!response.ok || response.body === null) throw await toAnswerError(response);
    for await (const { id: seq, type, data } of readServerSentEvents(response.body)) {
      clearTimeout(timer);
      timer = setTimeout(stop, silenceMs);
      if (seq === undefined && type === 'ringback.end') yield null;
      if (seq === undefined || data === undefined) continue;
      yield { seq: Number(seq), name: type, data, restart: type === 'ringback.restart' };
    }
  } catch (error) {
    if (error instanceof RingbackError || signal?.aborted) throw error;
    throw cutOff(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

function cutOff(cause?: unknown): RingbackError {
  return new RingbackError('network_error', 'The connection broke while reading the events of the job.', { cause });
}
