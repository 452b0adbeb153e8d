import { z } from 'zod';
import { listenerLimits } from '#src/domain/limits.ts';

/** Data of `event: ready` in a listener's stream. From then on the stream gets every event that it asked for. */
export type ListenerReady = {
  /** Id of the listener's endpoint, `end_…`. `?listener=` with this id opens a broken stream again. */
  id: string;
  name: string;
  events: string[];
};

/** Data of `event: message` in a listener's stream: one attempt of a delivery, as HTTP would have brought it. */
export type ListenerMessage = {
  /** Id of the message, a UUID. The answer names it. */
  id: string;
  /** Headers of the webhook and those set for the endpoint, in lower case. Headers of the connection are left out. */
  headers: Record<string, string>;
  /** The body's exact bytes, in base64. */
  body: string;
  /** Reason why the webhook was refused. The body is then missing, and nobody waits for an answer. */
  refused?: string | undefined;
};

/** Data of `event: end` in a listener's stream. The client must not open the stream again by itself. */
export type ListenerEnd = { code: 'disabled' | 'deleted' | 'unauthorized'; message: string };

/** Answer of a listener's handler to a message. */
export type ListenerAnswer = {
  messageId: string;
  /** Status, 200 – 599. */
  status: number;
  headers?: Record<string, string> | undefined;
  /** The first 16 KiB of the body, in base64. */
  body?: string | undefined;
};

const base64Length = Math.ceil(listenerLimits.answerBytes / 3) * 4;

/** Checks a `ListenerAnswer`. */
export const listenerAnswer = z.strictObject({
  messageId: z.uuid(),
  status: z.int().min(200).max(599),
  headers: z.record(z.string().max(100), z.string().max(4_096)).optional(),
  body: z.base64().max(base64Length).optional(),
}) satisfies z.ZodType<ListenerAnswer, ListenerAnswer>;

/**
 * Input that asks for a sample event. It goes to one endpoint, or to every listener of the project that gets events of
 * this type.
 */
export type TriggerInput = {
  type: string;
  /** Name of an endpoint. */
  endpoint?: string | undefined;
};

/** Checks a `TriggerInput`, except that the type exists. */
export const triggerInput = z.strictObject({
  type: z.string().max(64),
  endpoint: z.string().max(64).optional(),
}) satisfies z.ZodType<TriggerInput, TriggerInput>;

/** Answer to a trigger. */
export type Triggered = {
  /** Id of the event, `evt_…`: the `webhook-id` that receivers see. */
  eventId: string;
  deliveries: { id: string; endpoint: string; state: 'pending' | 'skipped' }[];
};
