import { randomBytes } from 'node:crypto';
import { Refusal } from '#src/contract/error-code.ts';
import { endEvents } from '#src/contract/limits.ts';
import { type ListenerEnd, type ListenerMessage, listenerSchedule } from '#src/contract/listener.ts';
import { parseEndpoint } from '#src/contract/parse-endpoint.ts';
import { formatId } from '#src/domain/id.ts';
import { deleteEndpoint } from '#src/engine/endpoints.ts';
import { newId } from '#src/engine/new-id.ts';
import { receiversLiveMs } from '#src/engine/receivers.ts';
import { requireScope } from '#src/server/actor.ts';
import { actorOf, writeDeed } from '#src/server/audit.ts';
import { authenticate } from '#src/server/authenticate.ts';
import type { ServerDeps } from '#src/server/deps.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http.ts';
import { insertEndpoint } from '#src/store/endpoints.ts';
import { beatListener, deleteListener, insertListener, takeMessages } from '#src/store/listeners.ts';
import type { Bell } from './bells.ts';
import { openCarried } from './sealed-message.ts';

const beatMs = 15_000;
const pollMs = 1_000;
/** What one web process has in hand for one listener. */
const concurrency = 50;

type NewListener = { id: string; projectId: string; name: string; events: string[] };

/** A stream of server-sent events with what a project tells its endpoints, for as long as the caller stays. */
export async function openStream(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
  const listener = {
    id: newId(deps.now()),
    projectId: actor.projectId,
    name: `listen-${randomBytes(4).toString('hex')}`,
    events: (request.query.get('events') ?? endEvents.join()).split(',').map((event) => event.trim()),
  };
  const spec = specOf(deps, listener);
  // Whoever listens gets what endpoints get, signed by the project: as good as a secret shown.
  await writeDeed(deps, {
    projectId: actor.projectId,
    actor: actorOf(actor),
    action: 'listeners.open',
    target: formatId('end', listener.id),
    detail: { name: listener.name, events: spec.events },
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
    stream: listenTo(deps, request, { ...listener, events: spec.events }, spec),
  };
}

/** Checked as any other endpoint's fields are: wrong events are refused by name. */
function specOf(deps: ServerDeps, { id, name, events }: NewListener) {
  return parseEndpoint({
    name,
    url: `${deps.publicUrl}/v1/listeners/${formatId('end', id)}/deliver`,
    description: 'A developer listens (`ringback listen`). Deleted with the end of the stream.',
    events,
    projectWide: true,
    scheduleSeconds: [...listenerSchedule],
    concurrency,
  }).spec;
}

async function* listenTo(
  deps: ServerDeps,
  request: HttpRequest,
  listener: NewListener,
  spec: ReturnType<typeof specOf>,
): AsyncGenerator<string> {
  const bell = deps.listeners.open(listener.id);
  const onGone = () => bell.ring();
  request.signal.addEventListener('abort', onGone);
  try {
    await insert(deps, listener, spec);
    yield ': listening\n\n';
    yield* messages(deps, request, listener, bell);
  } finally {
    request.signal.removeEventListener('abort', onGone);
    await remove(deps, listener).catch((err: unknown) => deps.log.warn({ err }, 'a listener is left to be cleaned up'));
    bell.close();
  }
}

/** It has no secrets of its own: the project's sign for it, which the app at the other end knows. */
async function insert(deps: ServerDeps, { id, projectId }: NewListener, spec: ReturnType<typeof specOf>) {
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
    await insertListener(tx, { endpointId: id, projectId });
  });
  deps.receivers.forget();
}

/** Deletes a listener with its endpoint, which somebody may have done by hand. */
export async function remove(deps: ServerDeps, { id, projectId }: { id: string; projectId: string }): Promise<void> {
  await deleteEndpoint(deps, projectId, formatId('end', id)).catch((error: unknown) => {
    if (!(error instanceof Refusal && error.code === 'not_found')) throw error;
  });
  await deleteListener(deps.db, id);
}

async function* messages(
  deps: ServerDeps,
  request: HttpRequest,
  listener: NewListener,
  bell: Bell,
): AsyncGenerator<string> {
  // Workers look endpoints up again after this long: what ends from then on is sent here.
  const readyAtMs = deps.now() + receiversLiveMs;
  let ready = false;
  let nextBeatAtMs = deps.now() + beatMs;
  while (!request.signal.aborted && !deps.listeners.closed) {
    if (!ready && deps.now() >= readyAtMs) {
      ready = true;
      yield event('ready', { id: formatId('end', listener.id), name: listener.name, events: listener.events });
    }
    for (const { id, sealed } of ready ? await takeMessages(deps.db, listener.id) : []) {
      const { headers, body } = openCarried(deps.cipher, 'message', id, sealed);
      yield event('message', { id, headers, body: body.toString('base64') } satisfies ListenerMessage);
    }
    if (deps.now() >= nextBeatAtMs) {
      nextBeatAtMs = deps.now() + beatMs;
      const end = await whyEnded(deps, request, listener);
      if (end === 'lost') return;
      if (end) return yield event('end', end);
      yield ': ping\n\n';
    }
    await bell.heard(ready ? pollMs : Math.max(1, readyAtMs - deps.now()));
  }
}

/** A stream outlives the moment it was allowed in, so that is asked again with every heartbeat. `lost`: it may be opened again. */
async function whyEnded(
  deps: ServerDeps,
  request: HttpRequest,
  { id, projectId }: NewListener,
): Promise<ListenerEnd | 'lost' | null> {
  try {
    const actor = requireScope(await authenticate(deps, request), 'callbacks:admin');
    if (actor.projectId !== projectId)
      return { code: 'unauthorized', message: 'the session is of another project now' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: 'unauthorized', message: error.message };
  }
  const health = await beatListener(deps.db, id);
  if (!health) return 'lost';
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
