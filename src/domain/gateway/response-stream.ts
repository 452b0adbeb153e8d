import type { StreamEvent } from '#src/domain/stream/stream-event.ts';
import { isObject, type JsonObject } from './response-object.ts';

/** The numbers 0 and 1 are `response.created` and `response.queued`, which Ringback sends before the API is called. */
export const ownEvents = 2;

/** What the events of a response need to know of it. */
export type StreamedResponse = { id: string; asked: JsonObject };

/**
 * Makes the events of a response, for one reader, of the events that its job has stored. An attempt that broke in the
 * middle is made again: the reader then sees a new response object under the same id. Items that were open are ended
 * before, and later ones have numbers of their own, because clients throw for an item that they know.
 */
export class ResponseEvents {
  readonly #response: StreamedResponse;
  /** Items that the reader was told of, by their number; those that are open have a value. */
  readonly #open = new Map<number, JsonObject>();
  #items = 0;
  #shift = 0;

  constructor(response: StreamedResponse) {
    this.#response = response;
  }

  /**
   * Returns the event for a stored one, or null for one that only concerns the API's own stream: its
   * `response.created`, which Ringback has sent already, the end mark, and what is no event of a response.
   */
  of(seq: number, { data }: Pick<StreamEvent, 'data'>): JsonObject | null {
    const parsed = parseObject(data);
    if (parsed === null || typeof parsed.type !== 'string' || parsed.type === 'response.created') return null;
    const event: JsonObject = { ...parsed, sequence_number: seq + ownEvents };
    if (typeof parsed.output_index === 'number') event.output_index = parsed.output_index + this.#shift;
    this.#note(event);
    return isObject(parsed.response) ? { ...event, response: this.#owned(parsed.response) } : event;
  }

  /** Returns the events that begin the response anew after an attempt has broken. */
  restart(seq: number, created: JsonObject): JsonObject[] {
    const number = seq + ownEvents;
    const ended = [...this.#open].map(([index, item]) => ({
      type: 'response.output_item.done',
      output_index: index,
      item: { ...item, status: 'incomplete' },
      sequence_number: number,
    }));
    this.#open.clear();
    this.#shift = this.#items;
    return [...ended, { type: 'response.created', response: created, sequence_number: number }];
  }

  #owned(response: JsonObject): JsonObject {
    const { id, asked } = this.#response;
    return { ...response, id, background: asked.background ?? false, metadata: asked.metadata ?? {} };
  }

  #note({ type, output_index: index, item }: JsonObject): void {
    if (typeof index !== 'number') return;
    if (type === 'response.output_item.added' && isObject(item)) this.#open.set(index, item);
    if (type === 'response.output_item.done') this.#open.delete(index);
    this.#items = Math.max(this.#items, index + 1);
  }
}

/** Returns true for the event after which a response's stream has no other. */
export function isLastEvent({ type }: JsonObject): boolean {
  return type === 'response.completed' || type === 'response.failed' || type === 'response.incomplete';
}

/** Returns the last event of a response whose API has sent none; null for a cancelled one, which has no such event. */
export function lastEvent(response: JsonObject, number: number): JsonObject | null {
  const { status } = response;
  const known = status === 'completed' || status === 'failed' || status === 'incomplete';
  return known ? { type: `response.${String(status)}`, response, sequence_number: number } : null;
}

/** Returns an event as it is written to an event stream. */
export function writtenEvent(event: JsonObject): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
