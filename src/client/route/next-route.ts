import { toResponse } from '#src/client/callback/callback-answer.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/**
 * Returns a route handler for Next's App Router: `export const POST = nextRoute({ … })`. It also fits everything else
 * that takes a `Request` and expects a `Response`, such as the `fetch` of Bun, Deno and Cloudflare. Event handlers get
 * the `Request` as second argument, with its body unread.
 */
export function nextRoute(options: ReceiveOptions<Request>): (request: Request) => Promise<Response> {
  return async (request) => toResponse(await handleCallback(request, options, request));
}
