import { z } from 'zod';
import { limits } from '#src/domain/limits.ts';
import { inputShape, procedureOf } from '#src/server/rest/procedures.ts';
import type { RestRoute } from '#src/server/rest/route.ts';
import type { SchemaBook } from './schema-book.ts';

const waiting = {
  schema: { type: 'integer', minimum: 0, maximum: limits.preferWaitSeconds },
  description: `Seconds to hold the answer until the job has ended, at most ${limits.preferWaitSeconds}.`,
};

const prefer = {
  name: 'Prefer',
  in: 'header',
  schema: { type: 'string', examples: ['wait=25'] },
  description: `\`wait=N\` holds the answer until the job has ended, for at most ${limits.preferWaitSeconds} seconds.`,
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string' },
  description: 'Stands in for the field `idempotencyKey`.',
};

const link = [
  { name: 'expires', in: 'query', schema: { type: 'integer' }, description: 'Of a signed link, instead of a key.' },
  { name: 'signature', in: 'query', schema: { type: 'string' }, description: 'Of a signed link, instead of a key.' },
];

/** Returns the parameters of an operation: in the path, the query and the headers. */
export function parametersOf(route: RestRoute, book: SchemaBook): object[] {
  const parameters: object[] = [];
  const noun = route.path.split('/')[2]?.replace(/s$/, '').replace('deliverie', 'delivery');
  if (route.path.includes('{id}')) {
    const description = `The id of the ${noun}.`;
    parameters.push({ name: 'id', in: 'path', required: true, schema: { type: 'string' }, description });
  }
  if (route.takes === 'query') parameters.push(...queryOf(route, book));
  if (route.waits !== undefined) parameters.push(prefer);
  if (route.waits === 'query') parameters.push({ name: 'wait', in: 'query', ...waiting });
  if (route.answerLink) parameters.push(...link);
  if (route.idempotencyKey) parameters.push(idempotencyKey);
  return parameters;
}

function queryOf(route: RestRoute, book: SchemaBook): object[] {
  const shape: Record<string, z.ZodType> = inputShape(procedureOf(route.procedure))?.shape ?? {};
  const fields = Object.entries(shape).filter(([name]) => name !== 'id' || !route.path.includes('{id}'));
  return fields.map(([name, field]) => {
    const { description, ...schema } = book.of(field, 'input');
    const required = field.safeParse(undefined).success ? {} : { required: true };
    return { name, in: 'query', ...required, schema, ...(description === undefined ? {} : { description }) };
  });
}

/** Returns the request body of an operation, or undefined when it takes none. */
export function requestBodyOf(route: RestRoute, book: SchemaBook): object | undefined {
  const { takes } = route;
  if (takes === undefined || takes === 'query') return undefined;
  return {
    required: takes.optional !== true,
    content: { 'application/json': { schema: book.of(bodySchema(route), 'input'), example: takes.example } },
  };
}

/** The schema of a body: the procedure's input without the id that is in the path. */
function bodySchema(route: RestRoute): z.ZodType {
  const input = inputShape(procedureOf(route.procedure));
  if (input === null) throw new Error(`${route.procedure} has no input, but its route takes a body`);
  const { takes } = route;
  const as = typeof takes === 'object' ? takes.as : undefined;
  if (as === undefined) return 'id' in input.shape && route.path.includes('{id}') ? withoutId(input) : input;
  const field: unknown = input.shape[as];
  if (field instanceof z.ZodOptional) return field.unwrap() as z.ZodType;
  throw new Error(`${route.procedure} has no optional field ${as}`);
}

function withoutId(input: z.ZodObject): z.ZodType {
  const { id: _, ...others } = input.shape;
  return z.strictObject(others);
}
