import { Refusal } from '#src/contract/shape/error-code.ts';
import type { JsonObject } from '#src/domain/gateway/response-object.ts';
import {
  isLastEvent,
  lastEvent,
  ownEvents,
  ResponseEvents,
  writtenEvent,
} from '#src/domain/gateway/response-stream.ts';
import { formatId } from '#src/domain/text/id.ts';
import { loadResponse, newResponse, toResponse } from '#src/engine/gateway/read-response.ts';
import { followEvents } from '#src/engine/stream/follow-events.ts';
import { beforeFirst, type EventsPage } from '#src/engine/stream/read-events.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { ModelCallRow } from '#src/store/job/model-calls.ts';

/** Silence after which a sign of life is sent, so that no proxy takes the connection for dead. */
const beatMs = 15_000;

/**
 * Answers the events of a response after the number `starting_after`, or all of them: those that are stored at once, and
 * the others as they come. Any process answers them, at any time until the response expires.
 */
export function streamResponse(
  deps: ServerDeps,
  actor: Actor,
  { query, signal }: Pick<HttpRequest, 'query' | 'signal'>,
  row: ModelCallRow,
): HttpResponse {
  const id = formatId('resp', row.id);
  if (row.options.stream === undefined)
    throw new Refusal('no_events', `${id} was created without \`stream: true\``, 'stream');
  const after = startingAfter(query.get('starting_after'));
  holdStream('waits', actor, signal);
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    stream: written(deps, row, after, signal),
  };
}

function startingAfter(text: string | null): number {
  if (text === null) return -1;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Refusal('invalid_input', '`starting_after` must be the number of an event', 'starting_after');
}

async function* written(
  deps: ServerDeps,
  row: ModelCallRow,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const asked = row.asked ?? {};
  const [id, jobId] = [formatId('resp', row.id), formatId('job', row.id)];
  const begun = { id: jobId, state: 'queued' as const, createdAt: row.created_at.toISOString() };
  const created = newResponse(begun, asked);
  for (const [number, type] of ['response.created', 'response.queued'].entries()) {
    if (number > after) yield writtenEvent({ type, response: created, sequence_number: number });
  }
  const events = new ResponseEvents({ id, asked });
  const from = Math.max(beforeFirst, after - ownEvents);
  let [number, isOver] = [Math.max(after, ownEvents - 1), false];
  for await (const page of followEvents(deps, row.project_id, jobId, { after: from, beatMs, signal })) {
    const texts: string[] = [];
    for (const event of eventsOf(page, events, created)) {
      texts.push(writtenEvent(event));
      number = Number(event.sequence_number);
      isOver = isLastEvent(event);
    }
    if (texts.length > 0) yield texts.join('');
    else if (!page.ended) yield ': keep-alive\n\n';
    if (!page.ended || isOver) continue;
    const ended = await loadResponse(deps, row.project_id, id);
    const last = lastEvent(toResponse(ended, deps), number + 1);
    if (last !== null) yield writtenEvent(last);
  }
}

function* eventsOf(page: EventsPage, events: ResponseEvents, created: JsonObject): Generator<JsonObject> {
  for (const { seq, restart, data } of page.events) {
    if (restart) {
      yield* events.restart(seq, created);
      continue;
    }
    const event = events.of(seq, { data });
    if (event !== null) yield event;
  }
}
