import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import { openListener } from '#src/engine/listen/open-listener.ts';
import { runStream, type StreamEvent } from '#src/engine/listen/run-stream.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import { writeDeed } from '#src/server/call/record-deed.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { listenerDeed } from './listener-deed.ts';

/**
 * Opens a stream of server-sent events with the events that a project sends to its endpoints. It stays open until the
 * caller disconnects. Without `?listener=end_…`, it makes a new listener. With it, it continues a listener whose stream
 * broke, so that no event is lost.
 */
export async function openStream(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actorNow = async () => requireScope(await authenticate(deps, request), 'callbacks:admin');
  const actor = await actorNow();
  // Opening a stream makes an endpoint. A browser sends its session with a GET from any page, so a session may not.
  if (actor.kind !== 'key')
    throw new Refusal('unauthorized', 'opening a listener needs an API key, which `ringback listen` sends');
  holdStream('listeners', actor, request.signal);
  const { query, signal } = request;
  const opened = await openListener(deps, actor.projectId, {
    again: query.get('listener'),
    events: query
      .get('events')
      ?.split(',')
      .map((event) => event.trim()),
  });
  const { id, name, events } = opened;
  const done = { action: 'listeners.open', target: formatId('end', id), detail: { name, events } };
  // A listener gets the same events as endpoints, signed by the project. That is as sensitive as showing a secret, so
  // the audit entry must be written first.
  await writeDeed(deps, listenerDeed(request, actor, done));
  const projectNow = async () => (await actorNow()).projectId;
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
    stream: asText(runStream(deps, opened, { signal, projectNow })),
  };
}

async function* asText(events: AsyncIterable<StreamEvent>): AsyncGenerator<string> {
  for await (const event of events) yield serverSent(event);
}

/**
 * Returns an event as text. An event without data becomes a comment line. JSON contains no line breaks, so the data
 * fits in one line.
 */
function serverSent(event: StreamEvent): string {
  return 'data' in event ? `event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n` : `: ${event.type}\n\n`;
}
