type Json = Record<string, unknown>;

const textPart = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] });
const message = (id: string, status: string, content: Json[]): Json => ({
  ...{ id, type: 'message', role: 'assistant', status, content },
});

/** Returns a response object as a model API answers it. */
export function scriptedResponse(id: string, status: string, output: Json[]): Json {
  return {
    ...{ id, object: 'response', created_at: 1, status, error: null, incomplete_details: null, instructions: null },
    ...{ metadata: {}, model: 'm', output, parallel_tool_calls: true, temperature: 1, tool_choice: 'auto' },
    ...{ tools: [], top_p: 1, usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } },
  };
}

/**
 * Returns the events of a streamed response that says the words, as lines of data: first those up to the last word, and
 * then those that end it. `attempt` makes ids of its own, as an API does that is called again.
 */
export function responseScript(words: readonly string[], attempt = 1): { begin: string[]; end: string[] } {
  const [id, item] = [`resp_api_${attempt}`, `msg_api_${attempt}`];
  const at = { item_id: item, output_index: 0, content_index: 0 };
  const text = words.join('');
  const done = message(item, 'completed', [textPart(text)]);
  const events: Json[] = [
    { type: 'response.created', response: scriptedResponse(id, 'in_progress', []) },
    { type: 'response.in_progress', response: scriptedResponse(id, 'in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: message(item, 'in_progress', []) },
    { type: 'response.content_part.added', ...at, part: textPart('') },
    ...words.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: textPart(text) },
    { type: 'response.output_item.done', output_index: 0, item: done },
    { type: 'response.completed', response: scriptedResponse(id, 'completed', [done]) },
  ];
  const lines = events.map((event, index) => JSON.stringify({ ...event, sequence_number: index }));
  return { begin: lines.slice(0, 4 + words.length), end: lines.slice(4 + words.length) };
}
