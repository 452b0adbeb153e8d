import { z } from 'zod';
import { listenerLimits } from '#src/domain/limits.ts';

/** `event: ready` of a listener's stream: from here on every event that is asked for comes. */
export type ListenerReady = {
  /** `end_…`: the endpoint that lives as long as somebody listens; `?listener=` with it opens a stream that broke again. */
  id: string;
  name: string;
  events: string[];
};

/** `event: message` of a listener's stream: one try of a delivery, as it would have come over HTTP. */
export type ListenerMessage = {
  /** A UUID, for the answer. */
  id: string;
  /** The webhook's own and those that were set for the endpoint, in lower case; none that belong to a connection. */
  headers: Record<string, string>;
  /** The exact bytes, in base64. */
  body: string;
  /** Why it was not taken; the body is missing then, and nobody waits for an answer. */
  refused?: string | undefined;
};

/** `event: end` of a listener's stream: it is not to be opened again by itself. */
export type ListenerEnd = { code: 'disabled' | 'deleted' | 'unauthorized'; message: string };

/** What a listener's handler answered to a message. */
export type ListenerAnswer = {
  messageId: string;
  /** 200 – 599. */
  status: number;
  headers?: Record<string, string> | undefined;
  /** The first 16 KiB, in base64. */
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

/** A wish for a sample event: for every listener of the project that hears of its type, or for one endpoint. */
export type TriggerInput = {
  type: string;
  /** The name of an endpoint. */
  endpoint?: string | undefined;
};

/** Checks a `TriggerInput`, but for whether there is such a type. */
export const triggerInput = z.strictObject({
  type: z.string().max(64),
  endpoint: z.string().max(64).optional(),
}) satisfies z.ZodType<TriggerInput, TriggerInput>;

/** What a trigger answers. */
export type Triggered = {
  /** `evt_…`, the `webhook-id` that receivers see. */
  eventId: string;
  deliveries: { id: string; endpoint: string; state: 'pending' | 'skipped' }[];
};
