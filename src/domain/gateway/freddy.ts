import { isObject, type JsonObject } from './response-object.ts';

/**
 * Returns the `input` of OpenAI's Responses API for the `inputs` of Freddy's: each has a role and texts. Returns null
 * if the value is no such list. Entries and parts of other kinds are passed on as they are.
 */
export function inputOfFreddy(inputs: unknown): JsonObject[] | null {
  if (!Array.isArray(inputs) || !inputs.every(isObject)) return null;
  const items = inputs.map(itemOf);
  return items.every((item) => item !== null) ? items : null;
}

function itemOf({ texts, ...rest }: JsonObject): JsonObject | null {
  if (texts === undefined) return rest;
  if (!Array.isArray(texts)) return null;
  const type = rest.role === 'assistant' ? 'output_text' : 'input_text';
  const content = texts.map((part) => (typeof part === 'string' ? { type, text: part } : { type, ...part }));
  return content.every(({ text }) => typeof text === 'string') ? { ...rest, content } : null;
}

/** Returns the `inputs` of Freddy's API for the `input` of OpenAI's, or null if parts of it are no text. */
export function inputsOfResponse(input: unknown): JsonObject[] | null {
  if (typeof input === 'string') return [{ role: 'user', texts: [{ text: input }] }];
  if (!Array.isArray(input)) return null;
  const items = input.map((item) => {
    if (!isObject(item)) return null;
    const { role, content } = item;
    if (typeof role !== 'string') return null;
    if (typeof content === 'string') return { role, texts: [{ text: content }] };
    const parts = Array.isArray(content) ? content.filter(isObject) : [];
    const texts = parts.map(({ text }) => ({ text }));
    return Array.isArray(content) &&
      texts.length === content.length &&
      texts.every(({ text }) => typeof text === 'string')
      ? { role, texts }
      : null;
  });
  return items.every((item) => item !== null) ? items : null;
}
