import type { z } from 'zod';
import { readLimits } from '#src/domain/limits.ts';
import { admit, makeRecorder, type ProcedureMeta } from './call-guard.ts';
import type { Context } from './context.ts';
import type { InputReader } from './procedure.ts';

/** The parts of tRPC's record of a procedure that REST needs. */
export type DefinedProcedure = {
  type: 'query' | 'mutation';
  meta?: ProcedureMeta;
  /** At most one. */
  inputs: (z.ZodType | InputReader<unknown, unknown>)[];
  middlewares: unknown[];
  resolver(options: { ctx: object; input: unknown; path: string; signal: AbortSignal }): Promise<unknown> | unknown;
};

/** Returns the longest input of a procedure, in bytes of JSON. */
export function longestInput({ meta }: Pick<DefinedProcedure, 'meta'>): number {
  return meta?.inputBytes ?? readLimits.inputBytes;
}

/** Returns false for a procedure with middlewares of its own, which `runProcedure` would leave out. */
export function isRunnable({ inputs, middlewares }: DefinedProcedure): boolean {
  // The scope check and the resolver are middlewares too.
  return inputs.length <= 1 && middlewares.length === inputs.length + 2;
}

/** Throws for a procedure with middlewares of its own. */
export function checkRunnable(path: string, procedure: DefinedProcedure): void {
  if (isRunnable(procedure)) return;
  throw new Error(`${path} has a middleware of its own, which a call over REST would leave out`);
}

/**
 * Calls a procedure as tRPC does: it checks the scope, parses the input, runs the resolver and writes the audit log. It does
 * not use tRPC's chain of middlewares, which copies its options at each step and costs as much as the rest of a submit.
 * Refusals and errors of schemas are thrown unchanged.
 */
export async function runProcedure(
  path: string,
  { type, meta, inputs, resolver }: DefinedProcedure,
  { ctx, getRawInput, signal }: { ctx: Context; getRawInput: () => Promise<unknown>; signal: AbortSignal },
): Promise<unknown> {
  const call = { ctx, path, type, meta, getRawInput };
  const caller = await admit(call);
  const { recordIn, recordAfter } = makeRecorder(call, caller);
  const input = inputs[0]?.parse(await getRawInput());
  const output = await resolver({ ctx: { ...ctx, caller, recordIn }, input, path, signal });
  await recordAfter(output);
  return output;
}
