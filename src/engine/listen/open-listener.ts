import { randomBytes } from 'node:crypto';
import type { EndpointSpec } from '#src/contract/endpoint/endpoint-input.ts';
import { parseEndpoint } from '#src/contract/endpoint/parse-endpoint.ts';
import { endEvents } from '#src/contract/event/event-names.ts';
import { listenerLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads, Routes, Seals, Wakes } from '#src/engine/deps.ts';
import { addEndpoint } from '#src/engine/endpoint/endpoints.ts';
import { newId } from '#src/engine/new-id.ts';
import { findOwnListener, giveMessagesOut, insertListener, takeOverListener } from '#src/store/listener/listeners.ts';

/** The number of deliveries that may be under way to one listener at once. */
const concurrency = 50;

/**
 * A developer who listens, with one stream at a time. The rest of Ringback sees an endpoint. `id` is the UUID of that
 * endpoint.
 */
export type Listener = { id: string; projectId: string; name: string; events: string[] };

/**
 * A listener whose stream is about to begin. `spec` is the endpoint to register for it, or null when it is already
 * registered.
 */
export type OpenedListener = Listener & { spec: EndpointSpec | null };

/**
 * A request to listen. `again` is the `end_…` id of a listener whose stream broke. `events` are the event types for a
 * new listener; undefined means the ends of jobs.
 */
export type ListenInput = { again: string | null; events: string[] | undefined };

/**
 * Finds the listener to continue, or makes a new one when it is gone or none was given. Refuses an unknown event by its
 * name. Nothing is stored before the stream begins.
 */
export async function openListener(
  deps: Reads & Links & Clock,
  projectId: string,
  { again, events = [...endEvents] }: ListenInput,
): Promise<OpenedListener> {
  const uuid = again === null ? null : parseId('end', again);
  const found = uuid === null ? undefined : await findOwnListener(deps.db, projectId, uuid);
  if (found) return { ...found, projectId, spec: null };
  const listener = { id: newId(deps.now()), projectId, name: `listen-${randomBytes(4).toString('hex')}`, events };
  const spec = specOf(listener, deps.publicUrl);
  return { ...listener, events: spec.events, spec };
}

/** Returns the endpoint of a listener, with the same checks as for any other endpoint. */
function specOf({ id, name, events }: Listener, publicUrl: string): EndpointSpec {
  return parseEndpoint({
    name,
    url: `${publicUrl}/v1/listeners/${formatId('end', id)}/deliver`,
    description: 'A developer listens (`ringback listen`). Deleted when they leave, or have been gone for a minute.',
    events,
    projectWide: true,
    scheduleSeconds: [...listenerLimits.scheduleSeconds],
    concurrency,
  }).spec;
}

/**
 * Directs a listener's messages to a stream, and registers the endpoint of a new listener. That endpoint has no secrets
 * of its own. The project's secrets sign for it, because the receiving app already has them. Returns false when the
 * listener was cleaned up in the meantime.
 */
export async function beginStream(
  deps: Reads & Seals & Routes & Clock & Wakes,
  { spec, ...listener }: OpenedListener,
  streamId: string,
): Promise<boolean> {
  if (spec === null) return takeOver(deps, listener, streamId);
  const { id, projectId } = listener;
  await deps.db.transaction(async (tx) => {
    await addEndpoint(tx, { id, projectId }, spec, deps);
    await insertListener(tx, { endpointId: id, projectId, streamId });
  });
  deps.receivers.forget();
  return true;
}

/**
 * Takes a listener over from its earlier stream. Messages that the earlier stream took and nobody answered are sent
 * again, because they may have been lost.
 */
function takeOver(deps: Reads, { id }: Listener, streamId: string): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const isThere = await takeOverListener(tx, id, streamId);
    await giveMessagesOut(tx, id);
    return isThere;
  });
}
