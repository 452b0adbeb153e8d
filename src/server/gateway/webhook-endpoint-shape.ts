import { z } from 'zod';
import type { Endpoint, SecretInfo } from '#src/contract/endpoint/endpoint.ts';
import { responseEvents } from '#src/contract/event/event-names.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { noSuch } from '#src/engine/show/known-id.ts';

/** A webhook endpoint in OpenAI's shape. Times are Unix seconds. */
export type WebhookEndpoint = {
  /** Id, `whe_` and the UUID of the endpoint's own id, `end_…`. */
  id: string;
  object: 'webhook_endpoint';
  created_at: number;
  /** Time of the last change of the endpoint or of its secret. */
  updated_at: number;
  event_types: string[];
  name: string;
  url: string;
  /** The last characters of the newest secret; null: there is none. */
  signing_secret_hint: string | null;
};

const eventTypes = z.array(z.enum(responseEvents)).min(1).max(responseEvents.length);

/** The body that makes a webhook endpoint. */
export const createBody = z.strictObject({ event_types: eventTypes, name: z.string().min(1), url: z.string() });

/** The body that changes one. What is not given stays as it is. */
export const updateBody = createBody.partial();

/** The body that rotates a secret. By default the old one dies at once. */
export const rotateBody = z.strictObject({ keep_old_secret_active_for_24_hours: z.boolean().optional() });

/** The body that asks for a sample event. */
export const testBody = z.strictObject({ event_type: z.enum(responseEvents) });

/** The query of a list, newest first. */
export const listQuery = z.strictObject({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/**
 * Returns an endpoint in OpenAI's shape. OpenAI's `name` is free text, so it is our description; our own name is shown
 * where there is no description.
 */
export function toWebhookEndpoint(endpoint: Endpoint, secrets: readonly SecretInfo[]): WebhookEndpoint {
  const [newest] = secrets;
  return {
    id: webhookEndpointId(endpoint.id),
    object: 'webhook_endpoint',
    created_at: seconds(endpoint.createdAt),
    updated_at: Math.max(seconds(endpoint.updatedAt), newest ? seconds(newest.createdAt) : 0),
    event_types: endpoint.events,
    name: endpoint.description || endpoint.name,
    url: endpoint.url,
    signing_secret_hint: newest?.hint ? `whsec_...${newest.hint}` : null,
  };
}

/** Returns the id that OpenAI's clients see, `whe_…`, of an endpoint's own id, `end_…`. */
export function webhookEndpointId(id: string): string {
  return formatId('whe', parseId('end', id) ?? '');
}

/** Returns an endpoint's own id, `end_…`, of the id that OpenAI's clients send. Throws `not_found`. */
export function ownEndpointId(id: string): string {
  const uuid = parseId('whe', id);
  if (uuid === null) throw noSuch('end', id);
  return formatId('end', uuid);
}

/** Returns a name for jobs to refer to an endpoint by, made of a free text. */
export function plainName(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  return plain || 'webhook';
}
