import type { inferProcedureOutput } from '@trpc/server';
import type { z } from 'zod';
import type { ErrorCode } from '#src/contract/shape/error-code.ts';
import type { Actor } from '#src/server/call/actor.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { restRouter } from '#src/server/router.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { AnswerHeader } from './answer-headers.ts';

type Routers = (typeof restRouter)['_def']['record'];

/** The path of a procedure: `jobs.submit`. */
export type ProcedurePath = {
  [Name in keyof Routers & string]: `${Name}.${keyof Routers[Name] & string}`;
}[keyof Routers & string];

/** The output of a procedure, before it is written as JSON. */
export type OutputOf<Path extends ProcedurePath> = Path extends `${infer Name}.${infer Own}`
  ? Name extends keyof Routers
    ? Own extends keyof Routers[Name]
      ? inferProcedureOutput<Routers[Name][Own]>
      : never
    : never
  : never;

/** A REST request. `id` is the path segment in the place of `{id}`, or empty. */
export type RestCall = {
  deps: ServerDeps;
  request: HttpRequest;
  id: string;
  /** Seconds to wait for the job's end. Null: the call does not wait. */
  waitSeconds: number | null;
  /** Returns the caller. The procedure has already checked its scope. */
  actor(): Promise<Actor>;
};

/** Fields of the input that come in the body, as JSON. */
export type TakenBody = {
  /** A valid input, for the documentation. */
  example: object;
  /** The body may be left out, which means `{}`. */
  optional?: true;
  /** The field of the input that the body becomes. Without it, the body is the whole input. */
  as?: 'edits';
};

/** A possible answer to a good call. */
export type Given<Path extends ProcedurePath = ProcedurePath> = {
  status: 200 | 201 | 202;
  /** What the answer is, in one sentence. */
  says: string;
  headers?: readonly AnswerHeader[];
} & (
  | { schema: z.ZodType<OutputOf<Path>>; example: OutputOf<Path> }
  /** The media types of an answer that is no JSON. */
  | { media: readonly string[] }
);

/**
 * A route of REST. It says how a request becomes the input of a procedure, and how the procedure's output becomes an
 * answer. The procedure says who may call, what the audit log keeps, and how the input is checked.
 */
export type RestRoute<Path extends ProcedurePath = ProcedurePath> = {
  procedure: Path;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path, in which `{id}` stands for one segment. */
  path: string;
  /** One line. */
  summary: string;
  description: string;
  /** Where the fields of the input besides `id` come from. Without it, there are none. */
  takes?: 'query' | TakenBody;
  /** The caller may wait for the job's end: by the header `Prefer`, or (`query`) by the parameter `wait` too. */
  waits?: 'prefer' | 'query';
  /** The header `Idempotency-Key` may replace the input field. */
  idempotencyKey?: true;
  /** Makes the input of a route whose input `takes` cannot describe. */
  gather?: (call: RestCall) => object;
  /** The possible answers to a good call. Without `answer`, the first one is sent as JSON. */
  gives: readonly [Given<Path>, ...Given<Path>[]];
  /** Returns the path of the new object, for the header `Location`. */
  leadsTo?(output: OutputOf<Path>): string;
  /** Makes the answer from the output. Default: JSON with the first status of `gives`. */
  answer?(output: OutputOf<Path>, call: RestCall): HttpResponse | Promise<HttpResponse>;
  /** Answers a caller that has a signed link instead of an API key. Returns null when the query has no link. */
  answerLink?: (call: Pick<RestCall, 'deps' | 'request' | 'id'>) => Promise<HttpResponse> | null;
  /** Error codes of this route, besides those of its input and its scope. */
  errors: readonly ErrorCode[];
};

/** A row of the table, checked against its procedure. */
export function route<Path extends ProcedurePath>(
  procedure: Path,
  about: Omit<RestRoute<Path>, 'procedure'>,
): RestRoute {
  return { procedure, ...about };
}
