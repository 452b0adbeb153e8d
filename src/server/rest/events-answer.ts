import { Refusal } from '#src/contract/shape/error-code.ts';
import { escapedName } from '#src/domain/stream/event-name.ts';
import { eventText } from '#src/domain/stream/stream-event.ts';
import { followEvents } from '#src/engine/stream/follow-events.ts';
import type { ReadEvent } from '#src/engine/stream/read-events.ts';
import { requireScope } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { OutputOf, RestCall } from './route.ts';

/** Answers the events of a job as they come. */
export function eventsAnswer(from: OutputOf<'jobs.events'>, { deps, request }: RestCall): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    stream: texts(from, deps, request),
  };
}

/** Yields the text of the stream. At every sign of life the caller's permission is checked again. */
async function* texts(
  { id, projectId, after }: OutputOf<'jobs.events'>,
  deps: ServerDeps,
  request: HttpRequest,
): AsyncGenerator<string> {
  const { signal } = request;
  const options = { after: lastEventId(request) ?? after, beatMs: deps.pace.eventsBeatMs, signal };
  // The first bytes tell proxies and callers that the stream is there.
  yield ': here\n\n';
  try {
    for await (const { events, state, ended } of followEvents(deps, projectId, id, options)) {
      if (events.length > 0) yield events.map(textOf).join('');
      else if (ended) yield eventText({ name: 'ringback.end', data: JSON.stringify({ state }) });
      else if (await isAllowed(deps, request, projectId)) yield ': here\n\n';
      else return;
    }
  } catch (error) {
    // The headers have been sent. A reader who comes again gets the reason as the status.
    if (!(error instanceof Refusal)) throw error;
  }
}

function textOf({ seq, restart, name, data }: ReadEvent): string {
  return `id: ${seq}\n${eventText({ name: restart ? name : escapedName(name), data })}`;
}

/** Returns the `seq` in the header by which an EventSource goes on; null if there is none. */
function lastEventId({ headers }: HttpRequest): number | null {
  const given = headers['last-event-id'];
  return given !== undefined && /^\d{1,9}$/.test(given) ? Number(given) : null;
}

async function isAllowed(deps: ServerDeps, request: HttpRequest, projectId: string): Promise<boolean> {
  try {
    return requireScope(await authenticate(deps, request), 'jobs:read').projectId === projectId;
  } catch (error) {
    // Without a database the permission cannot be checked, but there are no events to send either.
    return !(error instanceof Refusal);
  }
}
