/** An event of a job's stream. `name` is null for `message`, the name of an event without one. */
export type StreamEvent = { name: string | null; data: string };

/**
 * Returns an event as the text of a stream. The database makes the same text of the stored events: see `streamText` in
 * `store/job/job-row`.
 */
export function eventText({ name, data }: StreamEvent): string {
  const lines = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
  return `${name === null ? '' : `event: ${name}\n`}data: ${lines}\n\n`;
}

/**
 * What becomes of a stream at its end. `text`: the result is the text of all events. `openai_response`: the result is the
 * response in the last event of a model response, as JSON.
 */
export type StreamResult = 'text' | 'openai_response';

const lastEvents = new Set(['response.completed', 'response.failed', 'response.incomplete']);

/**
 * Returns the JSON that an event makes the result of its stream; null if the stream goes on, or its result is its text. A
 * stream that is to have such an event, and ends without one, was cut.
 */
export function finalOf(kind: StreamResult, { name, data }: StreamEvent): string | null {
  if (kind === 'text' || (name !== null && !lastEvents.has(name))) return null;
  try {
    const { type, response } = JSON.parse(data) as { type?: unknown; response?: unknown };
    if (typeof type !== 'string' || !lastEvents.has(type)) return null;
    return typeof response === 'object' && response !== null ? JSON.stringify(response) : null;
  } catch {
    return null;
  }
}
