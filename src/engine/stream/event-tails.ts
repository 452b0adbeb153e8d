import type { Reads } from '#src/engine/deps.ts';
import { findStreamEnds } from '#src/store/stream/stream-rows.ts';
import { type EventsPage, readEvents } from './read-events.ts';

/**
 * The readers of streams in this process that wait for the next event. A signal wakes those of one job. Without signals,
 * one query a second looks at all jobs that are waited for.
 */
export type EventTails = {
  /** Wakes the readers of a job; without an id, all. */
  wake(jobId: string): void;
  /** Waits for more events of a job than those up to `after`, or for its end, as long as it is told. */
  wait(jobId: string, after: number, withinMs: number): Wait;
  /** Reads a page. Readers at the same place share a query that has not begun to answer. */
  page(projectId: string, jobId: string, after: number): Promise<EventsPage>;
  /** Ends all waits. */
  close(): void;
  readonly closed: boolean;
};

/** A wait. `more` resolves when there may be more, when the time is over, or when the wait is stopped. */
export type Wait = { more: Promise<void>; stop(): void };

type Waiter = { after: number; resolve: () => void };

const pollMs = 1_000;
const pageEvents = 500;

/** Makes the list of waiting readers. `onError` is called when a query of the poll fails. */
export function makeEventTails(deps: Reads, onError: (error: unknown) => void): EventTails {
  const waiting = new Map<string, Set<Waiter>>();
  const reading = new Map<string, Promise<EventsPage>>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const wakeAll = (waiters: Iterable<Waiter>) => {
    for (const { resolve } of [...waiters]) resolve();
  };
  const poll = async () => {
    try {
      for (const { id, ended, last_seq } of await findStreamEnds(deps.db, [...waiting.keys()]))
        wakeAll([...(waiting.get(id) ?? [])].filter(({ after }) => ended || (last_seq ?? -1) > after));
    } catch (error) {
      onError(error);
    }
    timer = undefined;
    lookLater();
  };
  const lookLater = () => {
    if (waiting.size > 0 && !closed) timer ??= setTimeout(() => void poll(), pollMs);
  };

  return {
    wake(jobId) {
      if (jobId === '') for (const waiters of [...waiting.values()]) wakeAll(waiters);
      else wakeAll(waiting.get(jobId) ?? []);
    },
    wait(jobId, after, withinMs) {
      const { promise: more, resolve } = Promise.withResolvers<void>();
      const stop = () => {
        clearTimeout(limit);
        const waiters = waiting.get(jobId);
        waiters?.delete(waiter);
        if (waiters?.size === 0) waiting.delete(jobId);
        resolve();
      };
      const limit = setTimeout(stop, withinMs);
      const waiter: Waiter = { after, resolve: stop };
      waiting.set(jobId, (waiting.get(jobId) ?? new Set()).add(waiter));
      if (closed) stop();
      else lookLater();
      return { more, stop };
    },
    page(projectId, jobId, after) {
      const key = `${projectId} ${jobId} ${after}`;
      const known = reading.get(key);
      if (known) return known;
      // The query is sent after all readers that were woken together have asked for it.
      const page = new Promise((resolve) => setImmediate(resolve)).then(() => {
        reading.delete(key);
        return readEvents(deps, projectId, jobId, after, pageEvents);
      });
      reading.set(key, page);
      return page;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const waiters of [...waiting.values()]) wakeAll(waiters);
    },
    get closed() {
      return closed;
    },
  };
}
