'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMe } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Lock } from '#src/ui/icons/icons.ts';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';

/**
 * Shows its content to owners only. Everybody else reads why not, and whom to ask. `what` names the content: "API
 * keys".
 */
export function OwnersOnly({ what, children }: { what: string; children: ReactNode }) {
  const me = useMe();
  if (me.data?.role === 'owner') return children;
  return (
    <Card label={what} busy={me.isPending}>
      {me.data ? (
        <NotForYou role={me.data.role ?? 'viewer'} />
      ) : me.error ? (
        <Failure error={me.error} what="Your role could not be found out" onRetry={() => void me.refetch()} />
      ) : (
        <SkeletonTable rows={4} />
      )}
    </Card>
  );
}

function NotForYou({ role }: { role: string }) {
  const trpc = useTRPC();
  const members = useQuery(trpc.members.list.queryOptions()).data?.members ?? [];
  const owners = members.filter((member) => member.role === 'owner').map(({ email }) => email);
  return (
    <EmptyState icon={Lock} title="Only owners see this page">
      You are a {role} of this project.{owners.length > 0 && ` Ask ${owners.slice(0, 3).join(' or ')}.`}
    </EmptyState>
  );
}
