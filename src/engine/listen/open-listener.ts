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

/** So many deliveries are under way to one listener at once. */
const concurrency = 50;

/** A developer who listens, by a stream at a time. To the rest of Ringback it is an endpoint; `id` is that one's UUID. */
export type Listener = { id: string; projectId: string; name: string; events: string[] };

/** A listener whose stream is about to begin. `spec`: the endpoint to register for it; null when it was registered before. */
export type OpenedListener = Listener & { spec: EndpointSpec | null };

/** A wish to listen. `again`: `end_…` of a listener whose stream broke. `events`: what a new one wants to hear; undefined: the ends of jobs. */
export type ListenInput = { again: string | null; events: string[] | undefined };

/**
 * Finds the listener to go on with, or makes a new one where that is gone or was never there. Refuses wrong events by name.
 * Nothing is stored before its stream begins.
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

/** Returns the endpoint of a listener, checked as any other. */
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
 * Makes a stream the one that a listener's messages go to, and registers the endpoint of a new listener. That endpoint has no
 * secrets of its own: the project's sign for it, which the app at the other end knows. False: the listener was cleaned up
 * meanwhile.
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

/** Takes a listener over from the stream before. What that one took and nobody has answered is given out anew: it may have got lost on its way. */
function takeOver(deps: Reads, { id }: Listener, streamId: string): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const isThere = await takeOverListener(tx, id, streamId);
    await giveMessagesOut(tx, id);
    return isThere;
  });
}
