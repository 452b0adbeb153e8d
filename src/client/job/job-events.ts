import { toAnswerError } from '#src/client/call/answer-error.ts';
import type { Connection } from '#src/client/call/connection.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { pause } from '#src/client/call/pause.ts';
import { mayPass, repeatDelayMs } from '#src/client/call/repeat-call.ts';
import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';
import { unescapedName } from '#src/domain/stream/event-name.ts';

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
  for (let failures = 0; ; ) {
    const dead = new AbortController();
    const stop = () => dead.abort();
    let timer = setTimeout(stop, silenceMs);
    signal?.addEventListener('abort', stop);
    try {
      signal?.throwIfAborted();
      const target = `${connection.url()}/v1/jobs/${encodeURIComponent(id)}/events`;
      const headers: Record<string, string> = seen === undefined ? {} : { 'last-event-id': `${seen}` };
      const response = await connection.fetch(target, { headers, signal: dead.signal });
      if (!response.ok || !response.body) throw await toAnswerError(response);
      for await (const { id: seq, type: name, data } of readServerSentEvents(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(stop, silenceMs);
        failures = 0;
        if (seq && data !== undefined) {
          seen = Number(seq);
          yield { seq: seen, name: unescapedName(name), data, restart: name === 'ringback.restart' };
          // An event without an id comes last. A response that ends without it was cut.
        } else if (data) return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RingbackError && !mayPass(error)) throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      stop();
    }
    await pause(repeatDelayMs(broken, failures++), signal);
  }
}

const broken = new RingbackError('network_error', 'The connection broke while waiting for the job.');
