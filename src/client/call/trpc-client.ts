import {
  createTRPCClientProxy,
  createTRPCUntypedClient,
  httpLink,
  splitLink,
  type TRPCClient,
  type TRPCUntypedClient,
} from '@trpc/client';
import type { AppRouter } from '#src/server/router.ts';
import { fromTrpcError, toAnswerError } from './answer-error.ts';
import type { Connection } from './connection.ts';
import { RingbackError } from './errors.ts';
import { subscriptionLink } from './subscription-link.ts';

/** The tRPC client with every procedure of Ringback. It repeats no call, and it throws RingbackErrors. */
export type RingbackTrpc = TRPCClient<AppRouter>;

/**
 * Creates the tRPC client. Calls are sent one by one: Ringback answers single calls fastest, and joins concurrent
 * submissions itself. Subscriptions are read through `fetch`, because Node has no EventSource, and no EventSource can
 * send an API key.
 */
export function createTrpc(connection: Connection): RingbackTrpc {
  const base = connection.url();
  const url = `${base}/api/trpc`;
  const call = async (target: unknown, init?: object) => {
    const response = await connection.fetch(String(target), init);
    // tRPC's own responses are plain JSON, refusals too. A problem+json response comes from code outside tRPC.
    if (/^application\/json\b/i.test(response.headers.get('content-type') ?? '')) return response;
    throw notBelow(base, await toAnswerError(response));
  };
  const client = createTRPCUntypedClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: subscriptionLink(url, connection.fetch),
        false: httpLink({ url, fetch: call }),
      }),
    ],
  });
  throwRingbackErrors(client);
  return createTRPCClientProxy<AppRouter>(client);
}

/** Explains an error when there is no Ringback at a URL with a path. The path is then most likely the mistake. */
function notBelow(base: string, error: RingbackError): RingbackError {
  const { pathname, origin } = new URL(base);
  if (pathname === '/' || (error.code !== 'no_route' && error.code !== 'bad_answer')) return error;
  const message =
    `There is no Ringback at ${base}. Its URL is the origin alone, ${origin}, as RINGBACK_URL or \`url\`, unless a ` +
    `proxy serves it below ${pathname}.`;
  return new RingbackError('bad_answer', message, { status: error.status, cause: error });
}

/**
 * Makes the client throw RingbackErrors. A link cannot do this, because tRPC's client wraps every error of a link in
 * its own.
 */
function throwRingbackErrors(client: TRPCUntypedClient<AppRouter>): void {
  const { query, mutation, subscription } = client;
  const asRingback =
    (call: typeof query): typeof query =>
    (path, input, options) =>
      call.call(client, path, input, options).catch((error: unknown) => {
        throw options?.signal?.aborted ? options.signal.reason : fromTrpcError(error);
      });
  client.query = asRingback(query);
  client.mutation = asRingback(mutation);
  client.subscription = (path, input, options) => {
    const onError: typeof options.onError = (error) => options.onError?.(fromTrpcError(error) as typeof error);
    return subscription.call(client, path, input, { ...options, onError });
  };
}
