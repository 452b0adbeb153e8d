import type { LiveChange, LiveEnd, LiveHello, LiveTopic } from '#src/contract/live/live-topics.ts';
import { parseTopics } from '#src/contract/live/live-topics.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord } from '#src/contract/shape/shape.ts';
import { type Actor, requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { readJson } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { LiveStream } from './live-changes.ts';

export const livePath = '/api/live';

const topicsBytes = 16 * 1024;

/**
 * Answers the live routes. `GET /api/live?project=…&topics=…` opens a stream of changes. `POST /api/live/<id>` replaces
 * its topics.
 */
export async function handleLive(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const id = request.path.slice(livePath.length + 1);
  const method = id === '' ? 'GET' : 'POST';
  if (request.method !== method) throw new MethodNotAllowed(request, [method]);
  const actor = await whoAsks(deps, request);
  return id === '' ? openStream(deps, request, actor) : changeTopics(deps, request, actor, id);
}

async function whoAsks(deps: ServerDeps, request: HttpRequest): Promise<Actor> {
  return requireScope(await authenticate(deps, request), 'jobs:read');
}

function ownerOf({ kind, id }: Actor): string {
  return `${kind} ${id}`;
}

function openStream(deps: ServerDeps, request: HttpRequest, actor: Actor): HttpResponse {
  const topics = parseTopics((request.query.get('topics') ?? '').split(',').filter((topic) => topic !== ''));
  holdStream('live', actor, request.signal);
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    stream: events(deps, request, actor, topics),
  };
}

async function changeTopics(deps: ServerDeps, request: HttpRequest, actor: Actor, id: string): Promise<HttpResponse> {
  const sent = await readJson(request, topicsBytes);
  const topics = parseTopics(isRecord(sent) ? sent.topics : undefined);
  const stream = deps.live.find(id);
  // Another process may have the stream. The browser then opens a new one.
  if (stream?.owner !== ownerOf(actor)) throw new Refusal('not_found', 'there is no such stream here');
  stream.setTopics(topics);
  return { status: 204 };
}

/**
 * Yields the events of a stream. The stream is opened at the first read, so that a caller who has disconnected before
 * leaves nothing behind.
 */
async function* events(
  deps: ServerDeps,
  request: HttpRequest,
  actor: Actor,
  topics: ReadonlySet<LiveTopic>,
): AsyncGenerator<string> {
  const stream = deps.live.open(ownerOf(actor), actor.projectId, topics);
  const onGone = () => stream.wake();
  request.signal.addEventListener('abort', onGone);
  try {
    yield event('hello', { id: stream.id } satisfies LiveHello);
    yield* changes(deps, request, stream);
    // When this process stops, another one is available at once, so the browser reconnects after 1 s.
    if (deps.live.closed) yield 'retry: 1000\n\n';
  } finally {
    request.signal.removeEventListener('abort', onGone);
    stream.close();
  }
}

async function* changes(deps: ServerDeps, request: HttpRequest, stream: LiveStream): AsyncGenerator<string> {
  let nextBeatAtMs = deps.now() + deps.pace.liveBeatMs;
  while (!request.signal.aborted && !deps.live.closed) {
    for (const topic of await stream.changes(Math.max(1, nextBeatAtMs - deps.now()))) {
      yield event('change', { topic } satisfies LiveChange);
    }
    if (deps.now() < nextBeatAtMs) continue;
    nextBeatAtMs = deps.now() + deps.pace.liveBeatMs;
    const end = await whyEnded(deps, request, stream);
    if (end) return yield event('end', end);
    yield event('ping', {});
  }
}

/**
 * Returns why a stream must end, or null. The caller may lose the permission during the stream, so every ping checks it
 * again.
 */
async function whyEnded(deps: ServerDeps, request: HttpRequest, stream: LiveStream): Promise<LiveEnd | null> {
  try {
    const { projectId } = await whoAsks(deps, request);
    return projectId === stream.projectId ? null : { code: 'unauthorized', message: 'this is another project now' };
  } catch (error) {
    // Without a database the permission cannot be checked, but there are no changes to send either.
    if (!(error instanceof Refusal)) return null;
    return { code: error.code, message: error.message };
  }
}

/** Returns an event as text. JSON contains no line breaks, so the data fits in one line. */
function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
