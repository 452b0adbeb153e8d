import type { Clock } from '#src/engine/deps.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import type { EventTails, Wait } from './event-tails.ts';
import type { EventsPage } from './read-events.ts';

/** Where a reader stands, and how long silence may last. */
export type FollowOptions = {
  /** The `seq` of the last event that the reader has; `beforeFirst`: none. */
  after: number;
  /** Time without an event after which an empty page is yielded, so that the caller can send a sign of life. */
  beatMs: number;
  signal: AbortSignal;
};

/**
 * Yields the events of a job after a `seq` as they come, in pages that the caller asks for: a slow reader costs nothing.
 * Ends with a page whose `ended` is true, or without one when the caller leaves or the process stops. Throws as
 * `readEvents` does.
 */
export async function* followEvents(
  deps: Clock & { tails: EventTails },
  projectId: string,
  jobId: string,
  { after, beatMs, signal }: FollowOptions,
): AsyncGenerator<EventsPage> {
  const { tails, now } = deps;
  let seen = after;
  let spokeAt = now();
  let wait: Wait | undefined;
  const leave = () => wait?.stop();
  signal.addEventListener('abort', leave);
  try {
    while (!signal.aborted && !tails.closed) {
      // The wait begins before the read, so that no event falls between them.
      wait = tails.wait(jobUuid(jobId), seen, Math.max(1, spokeAt + beatMs - now()));
      const page = await tails.page(projectId, jobId, seen);
      const isNews = page.events.length > 0 || page.ended;
      if (!isNews && page.last === seen) await wait.more;
      wait.stop();
      seen = page.last;
      if (!isNews && now() < spokeAt + beatMs) continue;
      yield page;
      if (page.ended) return;
      spokeAt = now();
    }
  } finally {
    wait?.stop();
    signal.removeEventListener('abort', leave);
  }
}
