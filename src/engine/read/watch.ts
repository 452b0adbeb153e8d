import type { Db } from '#src/store/db/database.ts';
import { findStates } from '#src/store/job/read-jobs.ts';

/** State of a job, and its number of attempts, at the last look; or those of a run, and its number of turns. */
export type Standing = { state: string; attempts: number };

/**
 * Watches jobs, or runs, for waiting requests. One query reads all that are watched, on each wake-up and every 100 ms, so
 * that no waiting request needs a query of its own.
 */
export type Watcher = {
  /** Looks at all that are watched now, because one may have changed. */
  wake(): void;
  /**
   * Resolves when its state or number of attempts differs from the given one, the signal is aborted, or
   * `timeoutMs` has passed.
   */
  changed(
    id: string,
    since: Standing,
    options: { signal?: AbortSignal | undefined; timeoutMs?: number },
  ): Promise<void>;
  /** Ends all waits. Later calls of `changed` resolve at once. */
  close(): void;
  readonly closed: boolean;
};

type Waiter = { since: Standing; resolve: () => void };

const pollMs = 100;

/**
 * Makes a watcher of what `find` reads: jobs, unless told otherwise. `onError` is called when a query fails; the next
 * query follows after 100 ms.
 */
export function makeWatcher(db: Db, onError: (error: unknown) => void, find = findStates): Watcher {
  const waiting = new Map<string, Set<Waiter>>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;
  let closed = false;

  const look = async () => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    clearTimeout(timer);
    timer = undefined;
    try {
      for (const row of await find(db, [...waiting.keys()]))
        settle(row.id, { state: row.state, attempts: row.attempt_count });
    } catch (error) {
      onError(error);
    }
    looking = false;
    if (waiting.size === 0) return;
    if (again) {
      again = false;
      void look();
    } else timer ??= setTimeout(() => void look(), pollMs);
  };

  const settle = (id: string, now: Standing) => {
    for (const waiter of [...(waiting.get(id) ?? [])]) {
      if (waiter.since.state !== now.state || waiter.since.attempts !== now.attempts) waiter.resolve();
    }
  };

  return {
    wake() {
      if (waiting.size > 0) void look();
    },
    changed(id, since, { signal, timeoutMs }) {
      return new Promise<void>((resolve) => {
        let limit: NodeJS.Timeout | undefined;
        const end = () => {
          clearTimeout(limit);
          signal?.removeEventListener('abort', end);
          const waiters = waiting.get(id);
          waiters?.delete(waiter);
          if (waiters?.size === 0) waiting.delete(id);
          resolve();
        };
        const waiter: Waiter = { since, resolve: end };
        waiting.set(id, (waiting.get(id) ?? new Set()).add(waiter));
        if (timeoutMs !== undefined) limit = setTimeout(end, timeoutMs);
        signal?.addEventListener('abort', end, { once: true });
        if (signal?.aborted || closed) end();
        else if (!timer && !looking) timer = setTimeout(() => void look(), pollMs);
      });
    },
    get closed() {
      return closed;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const waiters of waiting.values()) for (const waiter of [...waiters]) waiter.resolve();
    },
  };
}
