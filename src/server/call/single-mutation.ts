import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { LaterRefusal } from '#src/contract/shape/later-refusal.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json } from '#src/server/http/wire.ts';
import type { Context } from './context.ts';
import { asTrpcError, errorData } from './procedure.ts';
import { asRefusal } from './refusals.ts';
import { type DefinedProcedure, runProcedure } from './run-procedure.ts';

/** tRPC lets caches tell its answers apart by these headers of the request. */
const headers = { 'content-type': 'application/json', vary: 'trpc-accept, accept' };

/** A call of one mutation, whose input was read and is JSON, or undefined. */
export type MutationCall = { path: string; ctx: Context; input: unknown; signal: AbortSignal };

/**
 * Answers a call of a single mutation as tRPC's HTTP adapter does. The adapter makes objects of the Fetch API for each
 * call, which cost more than a submit itself. `onError` gets what was thrown.
 */
export async function answerMutation(
  procedure: DefinedProcedure,
  { path, ctx, input, signal }: MutationCall,
  onError: (error: unknown) => void,
): Promise<HttpResponse> {
  try {
    const data = await runProcedure(path, procedure, { ctx, getRawInput: () => Promise.resolve(input), signal });
    return json(200, { result: { data } }, headers);
  } catch (thrown) {
    onError(thrown);
    const error = asTrpcError(thrown);
    const { message, ...data } = errorData(error, path, ctx.requestId);
    const shape = { message, code: TRPC_ERROR_CODES_BY_KEY[error.code], data };
    const refusal = asRefusal(thrown);
    const later = refusal instanceof LaterRefusal ? { 'retry-after': String(refusal.retryAfterSeconds) } : {};
    return json(getHTTPStatusCodeFromError(error), { error: shape }, { ...headers, ...later });
  }
}
