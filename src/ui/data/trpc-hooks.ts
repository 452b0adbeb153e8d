'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '#src/server/router.ts';

export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

export type Me = inferRouterOutputs<AppRouter>['session']['me'];
