import { streamLimits } from '#src/domain/limits.ts';
import type { Actor } from './actor.ts';
import { TooManyTries } from './tries.ts';

/** Kinds of responses that stay open: waits for a job, listeners, live streams of the dashboard, and events of jobs. */
export type StreamKind = 'waits' | 'listeners' | 'live' | 'events';

type Caller = Pick<Actor, 'kind' | 'id'>;

/** Numbers of open responses in this process, by kind and caller. */
const open = new Map<string, number>();

/**
 * Counts one more open response of a caller. Returns the function that ends it, which may be called more than once; it
 * ends with the signal too. Throws `rate_limited` when the caller has as many as allowed.
 */
export function holdStream(kind: StreamKind, caller: Caller, signal: AbortSignal | undefined): () => void {
  const end = tryHoldStream(kind, caller, signal);
  if (end !== null) return end;
  const message = `${most[kind]} ${named[kind]} of yours are open already: let one of them end`;
  throw new TooManyTries(streamLimits.retryAfterSeconds, message);
}

/** Does the same as `holdStream`, but returns null when the caller has as many as allowed. */
export function tryHoldStream(kind: StreamKind, caller: Caller, signal: AbortSignal | undefined): (() => void) | null {
  const key = `${kind} ${caller.kind} ${caller.id}`;
  const own = open.get(key) ?? 0;
  if (own >= most[kind]) return null;
  open.set(key, own + 1);
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    signal?.removeEventListener('abort', end);
    const left = (open.get(key) ?? 1) - 1;
    if (left === 0) open.delete(key);
    else open.set(key, left);
  };
  if (signal?.aborted) end();
  else signal?.addEventListener('abort', end);
  return end;
}

const named: Record<StreamKind, string> = {
  waits: 'waits for jobs',
  listeners: 'listeners',
  live: 'streams',
  events: 'streams of events',
};

const most: Record<StreamKind, number> = {
  waits: streamLimits.waits,
  listeners: streamLimits.listeners,
  live: streamLimits.live,
  events: streamLimits.events,
};
