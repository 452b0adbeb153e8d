import { initTRPC, TRPCError } from '@trpc/server';
import type { z } from 'zod';
import type { Scope } from '#src/contract/project/scope.ts';
import { type ErrorCode, errorCodes, Refusal } from '#src/contract/shape/error-code.ts';
import { type Actor, requireScope } from './actor.ts';
import { admit, makeRecorder, type ProcedureMeta } from './call-guard.ts';
import type { Context } from './context.ts';
import { asRefusal } from './refusals.ts';

/** The content of `error.data` in a refused call. */
export type ErrorData = {
  code: ErrorCode;
  httpStatus: number;
  path: string | undefined;
  field: string | undefined;
  requestId: string | undefined;
};

/** Returns what a caller sees of an error in a call over tRPC. */
export function errorData(error: unknown, path?: string, requestId?: string): ErrorData & { message: string } {
  const { code, field, message } = asRefusal(error);
  return { message, code, httpStatus: errorCodes[code][0], path, field, requestId };
}

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    errorFormatter({ shape, error, ctx }) {
      const { message, ...data } = errorData(error, shape.data.path, ctx?.requestId);
      return { ...shape, message, data };
    },
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
  });

export const router = t.router;

export const mergeRouters = t.mergeRouters;

/** Returns tRPC's error for a refusal, which becomes its cause. The code of that error gives the HTTP status. */
export function asTrpcError(error: unknown): TRPCError {
  const { code, message } = asRefusal(error);
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  return new TRPCError({ code: trpcCode[errorCodes[code][0]] ?? 'INTERNAL_SERVER_ERROR', message, cause });
}

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

const recheckMs = 1_000;

/**
 * Passes the values on as long as the caller is still allowed to read them. The stream ends with an error when the
 * permission is gone.
 */
async function* whileAllowed<T>(
  values: AsyncIterable<T>,
  ctx: Context,
  caller: Actor,
  scope: Scope,
): AsyncGenerator<T> {
  let checkedAtMs = performance.now();
  for await (const value of values) {
    if (performance.now() - checkedAtMs > recheckMs) {
      const now = requireScope(await ctx.actorNow(), scope);
      if (now.projectId !== caller.projectId)
        throw new Refusal('unauthorized', 'the session is of another project now');
      checkedAtMs = performance.now();
    }
    yield value;
  }
}

/**
 * Makes a procedure for callers that have the scope, or one of several scopes. The check is here in the procedure,
 * never in a layout or a proxy.
 */
export function procedure(scope: Scope, ...orOneOf: Scope[]) {
  // One middleware does it all, because each further one costs every call some microseconds.
  return t.procedure.meta({ scopes: [scope, ...orOneOf] }).use(async ({ ctx, next, path, type, meta, getRawInput }) => {
    try {
      const call = { ctx, path, type, meta, getRawInput };
      const caller = await admit(call);
      const { recordIn, recordAfter } = makeRecorder(call, caller);
      const result = await next({ ctx: { caller, recordIn } });
      if (!result.ok) throw result.error;
      if (type === 'subscription' && isStream(result.data))
        return { ...result, data: whileAllowed(result.data, ctx, caller, scope) };
      await recordAfter(result.data);
      return result;
    } catch (error) {
      throw asTrpcError(error);
    }
  });
}

/** Makes a procedure for people only, about their account. API keys are refused. */
export function personal(scope: Scope) {
  return procedure(scope).use(({ ctx, next }) => {
    const { id, kind, sessionId } = ctx.caller;
    if (kind === 'key' || sessionId === null)
      throw new Refusal('people_only', 'this is for people who are signed in; an API key has no account');
    return next({ ctx: { person: { id, sessionId } } });
  });
}

function isStream(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
}

/** An input parser for rules that a schema cannot express. `schema` is the input's shape, for the documentation. */
export type InputReader<In, Out> = {
  _input: In;
  _output: Out;
  parse(raw: unknown): Out;
  schema: z.ZodType<In>;
};

/** Returns an input parser with the types that the client sees. `parse` may be any function that throws refusals. */
export function input<In, Out>(parse: (raw: unknown) => Out, schema: z.ZodType<In>): InputReader<In, Out> {
  return { parse, schema } as InputReader<In, Out>;
}
