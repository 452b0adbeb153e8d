import { toResponse } from '#src/client/callback/callback-answer.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/**
 * A route handler for Next's App Router, `export const POST = nextRoute({ … })`, and for anything else that takes a
 * `Request` and wants a `Response`, such as the `fetch` of Bun, Deno and Cloudflare. Handlers get the `Request`, still
 * unread.
 */
export function nextRoute(options: ReceiveOptions<Request>): (request: Request) => Promise<Response> {
  return async (request) => toResponse(await handleCallback(request, options, request));
}
