import type { HttpRequest } from '#src/server/http/http.ts';

/** Returns true if the client says that it sends the request again, as OpenAI's clients do after a lost answer. */
export function isRepetition({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return Number(headers['x-stainless-retry-count']) > 0;
}
