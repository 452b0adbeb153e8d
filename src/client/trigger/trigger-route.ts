import type { Undescribed } from '#src/client/event/event-runs.ts';
import { notOffered } from '#src/client/event/not-offered.ts';
import type { TriggerClient } from './trigger-client.ts';
import type { EventTrigger, EventTriggerOptions } from './trigger-types.ts';

/** Makes the trigger of a job that events with a name start. */
export function eventTrigger<Payload = Undescribed>(options: EventTriggerOptions<Payload>): EventTrigger<Payload> {
  if ('filter' in options) notOffered('`filter` of eventTrigger', 'look at the payload at the beginning of `run`.');
  const { name, schema } = options;
  return {
    names: typeof name === 'string' ? [name] : name,
    read: (payload) => (schema === undefined ? (payload as Payload) : schema.parse(payload)),
  };
}

/**
 * Makes the route of a client's jobs: `export const { POST, dynamic } = createAppRoute(client)`. `POST` fits everything
 * that takes a `Request` and expects a `Response`.
 */
export function createAppRoute(client: TriggerClient): {
  POST: (request: Request) => Promise<Response>;
  dynamic: 'force-dynamic';
} {
  return { POST: client.toRoute(), dynamic: 'force-dynamic' };
}

/** Returns false: a call that waits ends the entry without an error, so that no `catch` has to let one through. */
export function isTriggerError(_error: unknown): boolean {
  return false;
}
