import { isObject, type JsonObject } from './response-object.ts';

/** Returns the items of a response's input, as the Responses API lists them. `key` makes their ids. */
export function inputItems(input: unknown, key: string): JsonObject[] {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : Array.isArray(input) ? input : [];
  return items.filter(isObject).map((item, index) => {
    const id = typeof item.id === 'string' ? item.id : `msg_${key}_${index}`;
    if (item.role === undefined) return { ...item, id };
    return { type: 'message', status: 'completed', ...item, id, content: contentParts(item) };
  });
}

function contentParts({ role, content }: JsonObject): unknown {
  if (typeof content !== 'string') return content ?? [];
  return [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: content }];
}

/** A part of a list: what was asked for, in OpenAI's form. */
export type ListPage = { after: string | null; limit: number; order: 'asc' | 'desc' };

/** Returns a page of a list. Without an entry of that id, `after` finds nothing. */
export function listPage(all: readonly JsonObject[], { after, limit, order }: ListPage): JsonObject {
  const ordered = order === 'asc' ? all : all.toReversed();
  const from = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const data = after !== null && from === 0 ? [] : ordered.slice(from, from + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: data.length > 0 && from + limit < ordered.length,
  };
}
