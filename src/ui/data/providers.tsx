'use client';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { type ReactNode, useState } from 'react';
import { readLimits } from '#src/domain/limits.ts';
import type { AppRouter } from '#src/server/router.ts';
import { forgetProject, projectHeader } from '#src/ui/data/project/project.ts';
import { sessionEnded } from '#src/ui/data/project/session.ts';
import { isProjectGone, isUnauthorized, mayRetry } from './refusal.ts';
import { readServerDate } from './server-clock.ts';
import { TRPCProvider } from './trpc-hooks.ts';

export function DataProviders({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(makeTrpcClient);
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

/** One is not in the project that this tab was to show. */
function startAnew(): void {
  const here = new URL(window.location.href);
  if (here.searchParams.has('project')) {
    // A link named it, and the cookie did not: the page is shown in a project of one's own, and says what is not there.
    here.searchParams.delete('project');
    window.location.replace(here);
    return;
  }
  // One has been taken out of it: a load without it leads to one of those that are left.
  forgetProject();
  window.location.assign('/');
}

async function timedFetch(url: Parameters<typeof fetch>[0], options?: object): Promise<Response> {
  const answer = await fetch(url, options);
  readServerDate(answer);
  return answer;
}
