import { type BifrostFacts, bifrostEnvelope, isExpired } from './bifrost-shape.ts';
import type { JsonObject } from './response-object.ts';

/** What an event says besides its job. `isOmitted`: the result is too large to be read for it. */
export type BifrostEventAbout = { event: string; createdAt: Date; nowMs: number; isOmitted: boolean };

/** The longest result or error that an event holds, in characters of its JSON. A longer one is read by its URL. */
const longestInline = 262_144;

/** Returns the body of an event of Bifrost's webhooks. */
export function bifrostEventBody(
  facts: BifrostFacts,
  { event, createdAt, nowMs, isOmitted }: BifrostEventAbout,
): JsonObject {
  const { id, status, status_code, created_at, completed_at, expires_at, result, error } = bifrostEnvelope(facts);
  const data = {
    job_id: id,
    request_type: facts.operation.requestType,
    status,
    status_code,
    created_at,
    completed_at,
    result_url: `/v1/async/${facts.operation.path}/${String(id)}`,
    result_expires_at: expires_at,
  };
  const content = isExpired(facts, nowMs)
    ? { result_expired: true }
    : status === 'completed'
      ? held('response', result, isOmitted)
      : held('error', error, isOmitted);
  return { event, created_at: createdAt.toISOString(), data: { ...data, ...content } };
}

function held(name: 'response' | 'error', value: unknown, isOmitted: boolean): JsonObject {
  if (isOmitted || JSON.stringify(value).length > longestInline) return { [`${name}_omitted`]: true };
  return { [name]: value };
}
