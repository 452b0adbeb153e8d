import { RingbackError } from '#src/client/index.ts';
import type { Inngest } from './inngest-client.ts';
import type { InngestFunction } from './inngest-types.ts';

type Route = (request: Request) => Promise<Response>;

/**
 * Makes the route of functions: `export const { GET, POST, PUT } = serve({ client, functions })`. `POST` fits everything
 * that takes a `Request` and expects a `Response`. `GET` and `PUT` do nothing: Ringback needs no list of functions.
 */
export function serve({ client, functions }: { client: Inngest; functions: readonly InngestFunction[] }): {
  GET: Route;
  POST: Route;
  PUT: Route;
} {
  const nothing: Route = async () => Response.json({ message: 'Nothing to register: Ringback enters by POST.' });
  return { GET: nothing, POST: client.toRoute(functions), PUT: nothing };
}

/** An error after which a function is not entered again. */
export class NonRetriableError extends RingbackError {
  override readonly name = 'NonRetriableError';

  constructor(message: string, options: { cause?: unknown } = {}) {
    super('non_retriable', message, options);
  }
}
