import { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord } from '#src/contract/shape/shape.ts';
import { flowLimits, readLimits } from '#src/domain/limits.ts';
import { longestInput } from '#src/server/call/run-procedure.ts';
import { readJson } from '#src/server/http/wire.ts';
import { inputShape, procedureOf } from './procedures.ts';
import type { ProcedurePath, RestCall, RestRoute, TakenBody } from './route.ts';
import { askedWait } from './wait.ts';

/** The noun of each group of paths, for messages. */
const nouns: Record<string, string> = {
  jobs: 'job',
  endpoints: 'endpoint',
  deliveries: 'delivery',
  operations: 'operation',
  flows: 'flow',
  schedules: 'schedule',
  runs: 'run',
};

/** Returns the unchecked input of a route's procedure from the request. Sets the call's `waitSeconds`. */
export async function gather(route: RestRoute, call: RestCall): Promise<unknown> {
  const { takes, waits } = route;
  refuseLongId(route, call.id);
  if (waits !== undefined) call.waitSeconds = askedWait(waits, call.request);
  if (route.gather) return route.gather(call);
  if (takes === 'query') return { ...queryInput(route.procedure, call.request.query), ...(call.id && { id: call.id }) };
  if (takes !== undefined) return bodyInput(takes, call, longestInput(procedureOf(route.procedure)));
  return call.id === '' ? undefined : { id: call.id };
}

/** Refuses an id that is too long to be one, with the same answer as for an unknown id. */
function refuseLongId({ path }: RestRoute, id: string): void {
  const noun = nouns[path.split('/')[2] ?? ''];
  if (id.length <= (noun === 'flow' ? flowLimits.keyLength : readLimits.idLength)) return;
  throw new Refusal('not_found', `there is no ${noun} "${id.slice(0, readLimits.idLength)}"`, 'id');
}

async function bodyInput({ optional, as }: TakenBody, { request, id }: RestCall, maxBytes: number): Promise<unknown> {
  const body = await readJson(request, maxBytes, optional ? {} : undefined);
  if (as !== undefined) return { id, [as]: body };
  if (id === '') return body;
  if (!isRecord(body)) throw new Refusal('invalid_input', 'The input must be an object.');
  if ('id' in body)
    throw new Refusal('unknown_field', '`id` is not a known field. Remove it or correct its name.', 'id');
  return { ...body, id };
}

/** Reads a query, whose values are all text. Numbers and booleans are converted. A parameter that may be a list can be repeated. */
function queryInput(path: ProcedurePath, query: URLSearchParams): Record<string, unknown> {
  const shape = inputShape(procedureOf(path))?.shape ?? {};
  const values: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    // The parameter `project` was already read: it names the project of the call.
    if (name === 'project') continue;
    const given = query.getAll(name);
    values[name] = readParameter(shape[name], given);
  }
  return values;
}

function readParameter(schema: unknown, given: string[]): unknown {
  const kind = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  const text = given.at(-1) ?? '';
  if (given.length > 1 && kind instanceof z.ZodUnion && kind.options.some((one) => one instanceof z.ZodArray))
    return given;
  if (kind instanceof z.ZodNumber && /^\d+$/.test(text)) return Number(text);
  if (kind instanceof z.ZodBoolean && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}
