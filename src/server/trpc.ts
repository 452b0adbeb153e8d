import { initTRPC, TRPCError } from '@trpc/server';
import { type ErrorCode, errorCodes } from '#src/contract/error-code.ts';
import type { Scope } from '#src/contract/scope.ts';
import { requireScope } from './actor.ts';
import type { Context } from './context.ts';
import { asRefusal } from './refusals.ts';

/** What `error.data` of a refused call holds. */
export type ErrorData = {
  code: ErrorCode;
  httpStatus: number;
  path: string | undefined;
  field: string | undefined;
  requestId: string | undefined;
};

const t = initTRPC.context<Context>().create({
  errorFormatter({ shape, error, ctx }) {
    const refusal = asRefusal(error);
    const data: ErrorData = {
      code: refusal.code,
      httpStatus: errorCodes[refusal.code][0],
      path: shape.data.path,
      field: refusal.field,
      requestId: ctx?.requestId,
    };
    return { ...shape, message: refusal.message, data };
  },
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
});

export const router = t.router;

/** A refusal travels as the cause of tRPC's error, whose code gives the HTTP status. */
const refusals = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const cause = asRefusal(result.error);
  throw new TRPCError({
    code: trpcCode[errorCodes[cause.code][0]] ?? 'INTERNAL_SERVER_ERROR',
    message: cause.message,
    cause: result.error.cause ?? result.error,
  });
});

const trpcCode: Record<number, TRPCError['code']> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  // tRPC has no 410: the response is a 404, and `data.httpStatus` says 410.
  410: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  503: 'SERVICE_UNAVAILABLE',
};

/** A procedure for callers with the scope: who calls is found out here, in the procedure, never in a layout or a proxy. */
export function procedure(scope: Scope) {
  return t.procedure.use(refusals).use(async ({ ctx, next }) => {
    const actor = requireScope(await ctx.actor(), scope);
    return next({ ctx: { ...ctx, actor: () => Promise.resolve(actor), caller: actor } });
  });
}

/** An input parser with the types the client sees; the parsing itself may be anything that throws refusals. */
export function input<In, Out>(parse: (raw: unknown) => Out): { _input: In; _output: Out; parse(raw: unknown): Out } {
  return { parse } as { _input: In; _output: Out; parse(raw: unknown): Out };
}
