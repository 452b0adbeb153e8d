import type { ByteStream } from '#src/client/callback/callback-request.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/** The parts of Fastify's request that the plugin uses. */
export type FastifyCallbackRequest = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly raw: ByteStream;
};

/** The parts of Fastify's reply that the plugin uses. */
export type FastifyCallbackReply = {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body?: string): unknown;
};

/** The parts of a Fastify instance that the plugin uses. */
export type FastifyApp<FastifyRequest> = {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parser: (request: unknown, payload: ByteStream) => Promise<unknown>): unknown;
  post(path: string, handler: (request: FastifyRequest, reply: FastifyCallbackReply) => Promise<unknown>): unknown;
};

/**
 * Returns a plugin for Fastify: `app.register(fastifyPlugin('/api/ringback', { … }))`. Event handlers get the request
 * as second argument. Fastify limits the settings of a plugin to that plugin, so only the bodies of this route stay
 * unparsed.
 */
export function fastifyPlugin<FastifyRequest extends FastifyCallbackRequest = FastifyCallbackRequest>(
  path: string,
  options: ReceiveOptions<FastifyRequest>,
): (app: FastifyApp<FastifyRequest>) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', async (_request, payload) => payload);
    app.post(path, async (request, reply) => {
      // Fastify calls no parser for a request without a content type.
      const body = (request.body as ByteStream | undefined) ?? request.raw;
      const answer = await handleCallback({ headers: request.headers, body }, options, request);
      for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
      if (answer.status === 413) reply.header('connection', 'close');
      reply.code(answer.status);
      return reply.send(answer.body ?? undefined);
    });
  };
}
