import { toResponse } from '#src/client/callback/callback-answer.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/** As much of Hono's context as is needed. */
export type HonoContext = { readonly req: { readonly raw: Request; arrayBuffer(): Promise<ArrayBuffer> } };

/**
 * A handler for Hono: `app.post('/api/ringback', honoHandler({ … }))`. Handlers get the context. Middleware may have read
 * the body through `c.req`, which keeps it.
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

/** Nothing, where the body was read past `c.req`; verifying says so. */
async function keptBody({ req }: HonoContext): Promise<ArrayBuffer> {
  return req.arrayBuffer().catch(() => undefined as unknown as ArrayBuffer);
}
