import { randomBytes, randomUUID } from 'node:crypto';
import type { ListenerEnd, ListenerMessage, ListenerReady } from '#src/contract/endpoint/listener.ts';
import { parseEndpoint } from '#src/contract/endpoint/parse-endpoint.ts';
import { endEvents } from '#src/contract/event/event-names.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { listenerLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { newId } from '#src/engine/new-id.ts';
import { receiversLiveMs } from '#src/engine/receivers-cache.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { actorOf, writeDeed } from '#src/server/call/record-deed.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { insertEndpoint } from '#src/store/endpoint/endpoint-rows.ts';
import {
  beatListener,
  findOwnListener,
  insertListener,
  takeMessages,
  takeOverListener,
} from '#src/store/listener/listeners.ts';
import type { Bell } from './bells.ts';
import { openCarried, refusedField } from './sealed-message.ts';
import { remove } from './stop-listening.ts';

const beatMs = 15_000;
const pollMs = 1_000;
/** What one web process has in hand for one listener. */
const concurrency = 50;

type Listener = { id: string; projectId: string; name: string; events: string[] };

/** What becomes of a listener when its stream ends. */
type Stream = {
  id: string;
  /** Somebody was told its listener's id, and may open it again. */
  isKnown: boolean;
  /** It ended for good. */
  isOver: boolean;
};

/**
 * A stream of server-sent events with what a project tells its endpoints, for as long as the caller stays: a new listener's,
 * or with `?listener=end_…` one whose stream has broken, to which nothing is lost that way.
 */
export async function openStream(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
  const again = await findAgain(deps, actor.projectId, request.query.get('listener'));
  const listener = again ?? {
    id: newId(deps.now()),
    projectId: actor.projectId,
    name: `listen-${randomBytes(4).toString('hex')}`,
    events: (request.query.get('events') ?? endEvents.join()).split(',').map((event) => event.trim()),
  };
  const spec = again ? null : specOf(deps, listener);
  const { events } = spec ?? listener;
  // Whoever listens gets what endpoints get, signed by the project: as good as a secret shown.
  await writeDeed(deps, {
    projectId: actor.projectId,
    actor: actorOf(actor),
    action: 'listeners.open',
    target: formatId('end', listener.id),
    detail: { name: listener.name, events },
    peer: request.peer,
    requestId: request.requestId,
  });
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
    stream: listenTo(deps, request, { ...listener, events }, spec),
  };
}

/** Null: it is gone, or was never there. */
async function findAgain(deps: ServerDeps, projectId: string, endpointId: string | null): Promise<Listener | null> {
  const id = endpointId === null ? null : parseId('end', endpointId);
  const found = id === null ? undefined : await findOwnListener(deps.db, projectId, id);
  return found ? { ...found, projectId } : null;
}

/** Checked as any other endpoint's fields are: wrong events are refused by name. */
function specOf(deps: ServerDeps, { id, name, events }: Listener) {
  return parseEndpoint({
    name,
    url: `${deps.publicUrl}/v1/listeners/${formatId('end', id)}/deliver`,
    description: 'A developer listens (`ringback listen`). Deleted when they leave, or have been gone for a minute.',
    events,
    projectWide: true,
    scheduleSeconds: [...listenerLimits.scheduleSeconds],
    concurrency,
  }).spec;
}

/** @param spec of a listener that is new; null: it is there already */
async function* listenTo(
  deps: ServerDeps,
  request: HttpRequest,
  listener: Listener,
  spec: ReturnType<typeof specOf> | null,
): AsyncGenerator<string> {
  const stream: Stream = { id: randomUUID(), isKnown: spec === null, isOver: false };
  const bell = deps.listeners.open(listener.id);
  const onGone = () => bell.ring();
  request.signal.addEventListener('abort', onGone);
  try {
    if (spec) await insert(deps, listener, spec, stream.id);
    else if (!(await takeOverListener(deps.db, listener.id, stream.id))) return;
    yield ': listening\n\n';
    yield* messages(deps, request, listener, { stream, bell });
  } finally {
    request.signal.removeEventListener('abort', onGone);
    await letGo(deps, listener, stream).catch((err: unknown) => deps.log.warn({ err }, 'a listener is left as it is'));
    bell.close();
  }
}

/** A stream that only broke may be opened again: from now on there is time for it until the listener counts as silent. */
async function letGo(deps: ServerDeps, listener: Listener, { id, isKnown, isOver }: Stream): Promise<void> {
  if (isKnown && !isOver) await beatListener(deps.db, listener.id, id);
  else await remove(deps, listener);
}

/** It has no secrets of its own: the project's sign for it, which the app at the other end knows. */
async function insert(
  deps: ServerDeps,
  { id, projectId }: Listener,
  spec: ReturnType<typeof specOf>,
  streamId: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const { projectWide, scheduleSeconds, giveUpOn: _, ...rest } = spec;
    await insertEndpoint(tx, {
      ...rest,
      headers: {},
      id,
      project_id: projectId,
      project_wide: projectWide,
      schedule: scheduleSeconds,
      give_up_on: null,
      sealed: null,
    });
    await insertListener(tx, { endpointId: id, projectId, streamId });
  });
  deps.receivers.forget();
}

async function* messages(
  deps: ServerDeps,
  request: HttpRequest,
  listener: Listener,
  { stream, bell }: { stream: Stream; bell: Bell },
): AsyncGenerator<string> {
  // Workers look endpoints up again after this long: what ends from then on is sent here.
  const readyAtMs = deps.now() + (stream.isKnown ? 0 : receiversLiveMs);
  let ready = false;
  // Much may have become of one that is opened again.
  let nextBeatAtMs = deps.now() + (stream.isKnown ? 0 : beatMs);
  while (!request.signal.aborted && !deps.listeners.closed) {
    if (deps.now() >= nextBeatAtMs) {
      nextBeatAtMs = deps.now() + beatMs;
      const end = await whyEnded(deps, request, listener, stream.id);
      if (end === 'lost') return;
      if (end) {
        stream.isOver = true;
        return yield event('end', end);
      }
      yield ': ping\n\n';
    }
    if (!ready && deps.now() >= readyAtMs) {
      ready = stream.isKnown = true;
      yield event('ready', readyOf(listener));
    }
    for (const { id, sealed } of ready ? await takeMessages(deps.db, listener.id, stream.id) : []) {
      yield event('message', messageOf(deps, id, sealed));
    }
    await bell.heard(ready ? pollMs : Math.max(1, readyAtMs - deps.now()));
  }
}

function messageOf({ cipher }: ServerDeps, id: string, sealed: Buffer): ListenerMessage {
  const { headers, body } = openCarried(cipher, 'message', id, sealed);
  const { [refusedField]: refused, ...carried } = headers;
  return { id, headers: carried, body: body.toString('base64'), ...(refused !== undefined && { refused }) };
}

function readyOf({ id, name, events }: Listener): ListenerReady {
  return { id: formatId('end', id), name, events };
}

/** A stream outlives the moment it was allowed in, so that is asked again with every heartbeat. `lost`: it may be opened again. */
async function whyEnded(
  deps: ServerDeps,
  request: HttpRequest,
  { id, projectId }: Listener,
  streamId: string,
): Promise<ListenerEnd | 'lost' | null> {
  const health = await beatListener(deps.db, id, streamId);
  // First of all: where another stream has taken its place, this one must not end the listener.
  if (!health) return 'lost';
  try {
    const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
    if (actor.projectId !== projectId)
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

/** JSON has no line breaks of its own, so it is one line of data. */
function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
