import { toResponse } from '#src/client/callback/callback-answer.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/** The parts of Hono's context that the handler uses. */
export type HonoContext = { readonly req: { readonly raw: Request; arrayBuffer(): Promise<ArrayBuffer> } };

/**
 * Returns a handler for Hono: `app.post('/api/ringback', honoHandler({ … }))`. Event handlers get the context as second
 * argument. Middleware may read the body through `c.req` first, because `c.req` keeps the body.
 */
export function honoHandler<Context extends HonoContext = HonoContext>(
  options: ReceiveOptions<Context>,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const { raw } = context.req;
    const request = raw.bodyUsed ? { headers: raw.headers, body: await keptBody(context) } : raw;
    return toResponse(await handleCallback(request, options, context));
  };
}

/**
 * Returns the body that `c.req` has kept. Returns undefined when the body was read without `c.req`, and verification
 * then fails with `body_not_raw`.
 */
async function keptBody({ req }: HonoContext): Promise<ArrayBuffer> {
  return req.arrayBuffer().catch(() => undefined as unknown as ArrayBuffer);
}
