import { z } from 'zod';
import { checkRunnable, type DefinedProcedure } from '#src/server/call/run-procedure.ts';
import { restRouter } from '#src/server/router.ts';
import type { ProcedurePath } from './route.ts';

const procedures = restRouter._def.procedures as unknown as Record<ProcedurePath, { _def: DefinedProcedure }>;

/** Returns the procedure of a route. Throws when REST cannot call it. */
export function procedureOf(path: ProcedurePath): DefinedProcedure {
  const { _def } = procedures[path];
  checkRunnable(path, _def);
  return _def;
}

/** Returns the shape of a procedure's input, which is always an object, or null when it has none. */
export function inputShape({ inputs: [input] }: DefinedProcedure): z.ZodObject | null {
  if (input === undefined) return null;
  const schema = input instanceof z.ZodType ? input : input.schema;
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodObject) return inner;
  throw new Error('the input of a procedure with a route must be an object');
}
