import { isObject, type JsonObject } from './response-object.ts';

/** An event of a job's stream as it was stored. */
export type StoredEvent = { seq: number; event: string | null; data: string };

/** An event of a response's stream: its number among all events of the response, and its data. */
export type ResponseEvent = { number: number; data: JsonObject };

/** The numbers 0 and 1 are `response.created` and `response.queued`, which Ringback sends before the API is called. */
export const ownEvents = 2;

/**
 * Returns the event that a reader of the response is sent, or null for one that only concerns the API's own stream:
 * its `response.created`, which Ringback has sent already, the end mark, and what is no event of a response.
 */
export function responseEvent({ seq, data }: StoredEvent, id: string, asked: JsonObject): ResponseEvent | null {
  const parsed = parseObject(data);
  if (parsed === null || typeof parsed.type !== 'string' || parsed.type === 'response.created') return null;
  const number = seq + ownEvents;
  const event = { ...parsed, sequence_number: number };
  if (!isObject(parsed.response)) return { number, data: event };
  const { background = false, metadata = {} } = asked;
  return { number, data: { ...event, response: { ...parsed.response, id, background, metadata } } };
}

/** Returns true for the event after which a response's stream has no other. */
export function isLastEvent({ data }: ResponseEvent): boolean {
  const { type } = data;
  return type === 'response.completed' || type === 'response.failed' || type === 'response.incomplete';
}

/** Returns the response object that the stream's last event holds, or null if the stream has not come so far. */
export function finalResponse(data: string): JsonObject | null {
  const parsed = parseObject(data);
  if (parsed === null || !isLastEvent({ number: 0, data: parsed })) return null;
  return isObject(parsed.response) ? parsed.response : null;
}

/** Returns an event as it is written to an event stream. */
export function writtenEvent({ data }: ResponseEvent): string {
  return `event: ${String(data.type)}\ndata: ${JSON.stringify(data)}\n\n`;
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
