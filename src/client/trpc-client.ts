import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import type { AppRouter } from '#src/server/router.ts';
import { isJsonAnswer, notRingback } from './answer-error.ts';
import type { Connection } from './connection.ts';
import { FetchEventSource } from './fetch-event-source.ts';

/** The tRPC client with every procedure that Ringback has. It repeats nothing by itself, and throws TRPCClientErrors. */
export type RingbackTrpc = TRPCClient<AppRouter>;

/**
 * Calls go one by one: Ringback answers single calls fastest, and joins concurrent submissions itself. Subscriptions are
 * read through `fetch`, since an EventSource is missing in Node and can nowhere send an API key.
 */
export function createTrpc(connection: Connection): RingbackTrpc {
  const url = `${connection.url()}/api/trpc`;
  const call = async (target: unknown, init?: object) => {
    const response = await connection.fetch(String(target), init);
    if (!isJsonAnswer(response)) throw notRingback(response);
    return response;
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({
          url,
          EventSource: FetchEventSource,
          eventSourceOptions: { fetch: connection.fetch },
        }),
        false: httpLink({ url, fetch: call }),
      }),
    ],
  });
}
