'use client';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { type ReactNode, useEffect, useState } from 'react';
import { readLimits } from '#src/domain/limits.ts';
import type { AppRouter } from '#src/server/router.ts';
import { forgetProject, projectHeader } from '#src/ui/data/project/project.ts';
import { sessionEnded } from '#src/ui/data/project/session.ts';
import { currentReach, fetchInTime, subscribeReach } from './reach.ts';
import { isProjectGone, isUnauthorized, mayRetry, problemOf } from './refusal.ts';
import { readServerDate } from './server-clock.ts';
import { TRPCProvider } from './trpc-hooks.ts';

export function DataProviders({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(makeTrpcClient);
  useEffect(() => subscribeReach(() => currentReach().answers && loadWhatFailed(queryClient)), [queryClient]);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isUnauthorized(error)) sessionEnded();
        if (isProjectGone(error)) startAnew();
      },
    }),
    defaultOptions: {
      queries: { retry: mayRetry, retryDelay: 1_000, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Loads again what could not be loaded while Ringback did not answer. Nobody has to press a button for it. */
function loadWhatFailed(queries: QueryClient): void {
  void queries.refetchQueries({
    type: 'active',
    predicate: ({ state }) => state.status === 'error' && problemOf(state.error).code === 'unreachable',
  });
}

function makeTrpcClient() {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: '/api/trpc',
        maxURLLength: 4_000,
        maxItems: readLimits.callsAtOnce,
        headers: projectHeader,
        fetch: timedFetch,
      }),
    ],
  });
}

/** Leaves a project of which the user is not a member. */
function startAnew(): void {
  const here = new URL(window.location.href);
  if (here.searchParams.has('project')) {
    // A link named the project, not the cookie. The page is loaded in a project of the user and says what is not there.
    here.searchParams.delete('project');
    window.location.replace(here);
    return;
  }
  // The user was removed from the project. A load without it leads to one of the projects that are left.
  forgetProject();
  window.location.assign('/');
}

async function timedFetch(...[url, options]: Parameters<typeof fetchInTime>): Promise<Response> {
  const answer = await fetchInTime(url, options);
  readServerDate(answer);
  return answer;
}
