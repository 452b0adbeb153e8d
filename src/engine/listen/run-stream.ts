import { randomUUID } from 'node:crypto';
import type { ListenerEnd, ListenerMessage, ListenerReady } from '#src/contract/endpoint/listener.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import { receiversLiveMs } from '#src/engine/receivers-cache.ts';
import { beatListener, takeMessages } from '#src/store/listener/listeners.ts';
import type { Bell } from './bells.ts';
import { removeListener } from './leave-listener.ts';
import type { ListenDeps } from './listen-deps.ts';
import { beginStream, type Listener, type OpenedListener } from './open-listener.ts';
import { openCarried, refusedField } from './sealed-message.ts';

const pollMs = 1_000;

/**
 * An event of a listener's stream. `listening`: the stream has begun. `ping`: the stream is still open. `end`: the
 * stream has ended for good.
 */
export type StreamEvent =
  | { type: 'listening' | 'ping' }
  | { type: 'ready'; data: ListenerReady }
  | { type: 'message'; data: ListenerMessage }
  | { type: 'end'; data: ListenerEnd };

/** The caller that opened a stream and listens. */
export type StreamCaller = {
  /** The signal fires when the caller has disconnected. */
  signal: AbortSignal;
  /** Returns the project that the caller may listen to now. Throws a refusal with the reason when there is none. */
  projectNow(): Promise<string>;
};

/** A running stream. Its state decides if its listener is deleted when it ends. */
type Stream = {
  id: string;
  /** The caller knows the listener's id, so it may open the listener again. */
  isKnown: boolean;
  /** The stream has ended for good. */
  isOver: boolean;
};

/**
 * Runs a listener's stream until the caller disconnects. The stream carries the events that the project sends to its
 * endpoints. Events that come while it is broken wait for the next stream.
 */
export async function* runStream(
  deps: ListenDeps,
  opened: OpenedListener,
  caller: StreamCaller,
): AsyncGenerator<StreamEvent> {
  const stream: Stream = { id: randomUUID(), isKnown: opened.spec === null, isOver: false };
  const bell = deps.bells.open(opened.id);
  const onGone = () => bell.ring();
  caller.signal.addEventListener('abort', onGone);
  try {
    if (!(await beginStream(deps, opened, stream.id))) return;
    yield { type: 'listening' };
    yield* messages(deps, opened, caller, { stream, bell });
  } finally {
    caller.signal.removeEventListener('abort', onGone);
    await letGo(deps, opened, stream).catch((err: unknown) => deps.log.warn({ err }, 'a listener is left as it is'));
    bell.close();
  }
}

/**
 * Deletes a listener whose stream has ended for good. A listener whose stream only broke is kept, and may be opened
 * again until it counts as silent.
 */
async function letGo(deps: ListenDeps, listener: Listener, { id, isKnown, isOver }: Stream): Promise<void> {
  if (isKnown && !isOver) await beatListener(deps.db, listener.id, id);
  else await removeListener(deps, listener);
}

async function* messages(
  deps: ListenDeps,
  listener: Listener,
  caller: StreamCaller,
  { stream, bell }: { stream: Stream; bell: Bell },
): AsyncGenerator<StreamEvent> {
  // Workers cache endpoints for this long. Every event after that is sent to this listener.
  const readyAtMs = deps.now() + (stream.isKnown ? 0 : receiversLiveMs);
  let ready = false;
  // A listener that is opened again may have been deleted or disabled in the meantime. Its first heartbeat is therefore
  // at once.
  let nextBeatAtMs = deps.now() + (stream.isKnown ? 0 : deps.pace.listenerBeatMs);
  while (!caller.signal.aborted && !deps.bells.closed) {
    if (deps.now() >= nextBeatAtMs) {
      nextBeatAtMs = deps.now() + deps.pace.listenerBeatMs;
      const end = await whyEnded(deps, caller, listener, stream.id);
      if (end === 'lost') return;
      if (end) {
        stream.isOver = true;
        return yield { type: 'end', data: end };
      }
      yield { type: 'ping' };
    }
    if (!ready && deps.now() >= readyAtMs) {
      ready = stream.isKnown = true;
      yield { type: 'ready', data: readyOf(listener) };
    }
    for (const { id, sealed } of ready ? await takeMessages(deps.db, listener.id, stream.id) : []) {
      yield { type: 'message', data: messageOf(deps, id, sealed) };
    }
    await bell.heard(ready ? pollMs : Math.max(1, readyAtMs - deps.now()));
  }
}

function messageOf({ cipher }: ListenDeps, id: string, sealed: Buffer): ListenerMessage {
  const { headers, body } = openCarried(cipher, 'message', id, sealed);
  const { [refusedField]: refused, ...carried } = headers;
  return { id, headers: carried, body: body.toString('base64'), ...(refused !== undefined && { refused }) };
}

function readyOf({ id, name, events }: Listener): ListenerReady {
  return { id: formatId('end', id), name, events };
}

/**
 * Returns why a stream ends, or null while it continues. The caller may lose the permission during the stream, so every
 * heartbeat checks it again. `lost`: the listener may be opened again.
 */
async function whyEnded(
  deps: ListenDeps,
  caller: StreamCaller,
  { id, projectId }: Listener,
  streamId: string,
): Promise<ListenerEnd | 'lost' | null> {
  const health = await beatListener(deps.db, id, streamId);
  // This check comes first: a stream that was replaced by a newer one must not end the listener.
  if (!health) return 'lost';
  try {
    if ((await caller.projectNow()) !== projectId)
      return { code: 'unauthorized', message: 'the session is of another project now' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: 'unauthorized', message: error.message };
  }
  if (health.deleted) return { code: 'deleted', message: 'the endpoint of this listener was deleted' };
  if (health.state === 'enabled') return null;
  const message =
    health.disabled_reason === 'gone'
      ? 'the handler answered 410, which tells Ringback to send nothing more'
      : 'the endpoint of this listener was switched off';
  return { code: 'disabled', message };
}
