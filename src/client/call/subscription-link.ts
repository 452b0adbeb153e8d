import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { AppRouter } from '#src/server/router.ts';
import { FetchEventSource, type FetchEventSourceInit } from './fetch-event-source.ts';

/** The JSON-RPC code of tRPC for failures of the server that may pass. The stream is then opened again. */
const passingCode = -32_603;

/**
 * Creates the tRPC link of subscriptions, as tRPC's own `httpSubscriptionLink`: the stream is opened again when it broke
 * or fell silent, until the server ends it or refuses. tRPC's link is not used because it makes a third of this client,
 * mostly for runtimes that Ringback does not support. Ids of events are not used, because Ringback sends none.
 */
export function subscriptionLink(url: string, fetch: FetchEventSourceInit['fetch']): TRPCLink<AppRouter> {
  return () =>
    ({ op: { path, input, signal } }) =>
      observable((observer) => {
        const target = `${url}/${path}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`;
        let source: FetchEventSource | undefined;
        let silenceMs = 0;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const close = () => {
          clearTimeout(timer);
          source?.close();
        };
        const tellConnecting = (error: TRPCClientError<AppRouter> | null) =>
          observer.next({ result: { type: 'state', state: 'connecting', error } });
        const end = () => {
          close();
          observer.next({ result: { type: 'stopped' } });
          observer.next({ result: { type: 'state', state: 'idle', error: null } });
          observer.complete();
        };
        const heard = () => {
          clearTimeout(timer);
          if (silenceMs === 0) return;
          timer = setTimeout(() => {
            tellConnecting(new TRPCClientError(`Nothing came for ${silenceMs} ms.`));
            source?.close();
            source = open();
          }, silenceMs);
        };
        const handlers: Record<string, (data: string, event: Event) => void> = {
          connected(data) {
            const { reconnectAfterInactivityMs = 0 } = JSON.parse(data) as { reconnectAfterInactivityMs?: number };
            silenceMs = reconnectAfterInactivityMs;
            observer.next({ result: { type: 'started' } });
            observer.next({ result: { type: 'state', state: 'pending', error: null } });
          },
          message: (data) => observer.next({ result: { data: JSON.parse(data) } }),
          ping: () => undefined,
          return: end,
          'serialized-error'(data) {
            const shape = JSON.parse(data);
            const error = TRPCClientError.from<AppRouter>({ error: shape });
            if (shape.code === passingCode) return tellConnecting(error);
            close();
            observer.error(error);
          },
          error: (_, event) => tellConnecting(TRPCClientError.from<AppRouter>(event as unknown as Error)),
        };
        const open = () => {
          const opened = new FetchEventSource(target, { fetch });
          for (const [type, handle] of Object.entries(handlers)) {
            opened.addEventListener(type, (event) => {
              heard();
              handle((event as MessageEvent<string>).data, event);
            });
          }
          return opened;
        };
        if (signal?.aborted) end();
        else {
          signal?.addEventListener('abort', end, { once: true });
          tellConnecting(null);
          source = open();
        }
        return () => {
          signal?.removeEventListener('abort', end);
          close();
        };
      });
}
