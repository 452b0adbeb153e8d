import { isObject } from './response-object.ts';

/** Tokens that an API says a call took; null: it does not say. */
export type TokenUsage = { input: number | null; output: number | null };

/** Reads the tokens from the parsed body of an answer, by the names that OpenAI, Anthropic and their like use. */
export function tokenUsage(answer: unknown): TokenUsage {
  const usage = isObject(answer) && isObject(answer.usage) ? answer.usage : {};
  return {
    input: count(usage.input_tokens ?? usage.prompt_tokens),
    output: count(usage.output_tokens ?? usage.completion_tokens),
  };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31 ? value : null;
}
