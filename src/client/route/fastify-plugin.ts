import type { ByteStream } from '#src/client/callback/callback-request.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/** As much of Fastify's request as is needed. */
export type FastifyCallbackRequest = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly raw: ByteStream;
};

/** As much of Fastify's reply as is needed. */
export type FastifyCallbackReply = {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body?: string): unknown;
};

/** As much of a Fastify instance as is needed. */
export type FastifyApp<FastifyRequest> = {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parser: (request: unknown, payload: ByteStream) => Promise<unknown>): unknown;
  post(path: string, handler: (request: FastifyRequest, reply: FastifyCallbackReply) => Promise<unknown>): unknown;
};

/**
 * A plugin for Fastify: `app.register(fastifyPlugin('/api/ringback', { … }))`. Handlers get the request. Fastify keeps
 * what a plugin sets to that plugin: only this route's bodies are left unparsed.
 */
export function fastifyPlugin<FastifyRequest extends FastifyCallbackRequest = FastifyCallbackRequest>(
  path: string,
  options: ReceiveOptions<FastifyRequest>,
): (app: FastifyApp<FastifyRequest>) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', async (_request, payload) => payload);
    app.post(path, async (request, reply) => {
      // Without a content type, Fastify asks no parser.
      const body = (request.body as ByteStream | undefined) ?? request.raw;
      const answer = await handleCallback({ headers: request.headers, body }, options, request);
      for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
      if (answer.status === 413) reply.header('connection', 'close');
      reply.code(answer.status);
      return reply.send(answer.body ?? undefined);
    });
  };
}
