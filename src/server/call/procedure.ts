import { initTRPC, TRPCError } from '@trpc/server';
import type { Scope } from '#src/contract/project/scope.ts';
import { type ErrorCode, errorCodes, Refusal } from '#src/contract/shape/error-code.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type Actor, requireAnyScope, requireScope } from './actor.ts';
import { auditDetail, auditTarget } from './audit-detail.ts';
import type { Context } from './context.ts';
import { actorOf, noteDeed, writeDeed } from './record-deed.ts';
import { asRefusal } from './refusals.ts';

/** The content of `error.data` in a refused call. */
export type ErrorData = {
  code: ErrorCode;
  httpStatus: number;
  path: string | undefined;
  field: string | undefined;
  requestId: string | undefined;
};

/** The audit settings of a procedure. Every mutation is recorded by default. */
export type ProcedureMeta = {
  /**
   * The procedure returns an existing secret. It is recorded even as a query, and the secret is returned only when the
   * record was written.
   */
  reveals?: true;
  /** Calls by API keys are not recorded. The job itself is their record, and the hot path needs no other write. */
  audit?: 'people';
  /** Fields of the input whose values may be recorded, besides those that are always shown. */
  shows?: readonly string[];
  /** The project whose audit log gets the entry, as a UUID from the output. Default: the caller's. Null: none. */
  projectOf?: (output: unknown) => string | null;
};

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
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

/** The refusal is the cause of tRPC's error. The code of that error gives the HTTP status. */
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

/** Writes the audit entry before the response is sent. With `tx`, it is part of the recorded transaction. */
async function record(
  ctx: Context,
  caller: Actor,
  call: { path: string; meta: ProcedureMeta | undefined; input: unknown; output: unknown },
  tx?: Tx,
): Promise<void> {
  const { path: action, meta = {}, input, output } = call;
  const deed = {
    projectId: meta.projectOf ? meta.projectOf(output) : caller.projectId,
    actor: actorOf(caller),
    action,
    target: auditTarget(input, output),
    detail: auditDetail(input, meta.shows),
    peer: ctx.peer,
    requestId: ctx.requestId,
  };
  return tx || meta.reveals ? writeDeed(ctx.deps, deed, tx) : noteDeed(ctx.deps, deed);
}

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
  return t.procedure.use(refusals).use(async ({ ctx, next, path, type, meta, getRawInput }) => {
    const caller = await ctx.actor();
    if (orOneOf.length === 0) requireScope(caller, scope);
    else requireAnyScope(caller, [scope, ...orOneOf]);
    let isRecorded = false;
    const recordIn = async (tx: Tx, output: unknown) => {
      await record(ctx, caller, { path, meta, input: await getRawInput(), output }, tx);
      isRecorded = true;
    };
    const result = await next({ ctx: { ...ctx, actor: () => Promise.resolve(caller), caller, recordIn } });
    if (!result.ok) return result;
    if (type === 'subscription' && isStream(result.data))
      return { ...result, data: whileAllowed(result.data, ctx, caller, scope) };
    const isKept = meta?.reveals || (type === 'mutation' && (meta?.audit !== 'people' || caller.kind === 'user'));
    if (isKept && !isRecorded)
      await record(ctx, caller, { path, meta, input: await getRawInput(), output: result.data });
    return result;
  });
}

/** Makes a procedure for people only, about their account. API keys are refused. */
export function personal(scope: Scope) {
  return procedure(scope).use(({ ctx, next }) => {
    const { id, kind, sessionId } = ctx.caller;
    if (kind === 'key' || sessionId === null)
      throw new Refusal('people_only', 'this is for people who are signed in; an API key has no account');
    return next({ ctx: { ...ctx, person: { id, sessionId } } });
  });
}

function isStream(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
}

/** Returns an input parser with the types that the client sees. `parse` may be any function that throws refusals. */
export function input<In, Out>(parse: (raw: unknown) => Out): { _input: In; _output: Out; parse(raw: unknown): Out } {
  return { parse } as { _input: In; _output: Out; parse(raw: unknown): Out };
}
