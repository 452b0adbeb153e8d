'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionView } from '#src/contract/project/people.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { LogOut } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { SessionsTable } from './sessions-table.tsx';

const refreshMs = 15_000;

/** Lists the sessions of the user. */
export function SessionsCard() {
  const trpc = useTRPC();
  const query = useQuery(trpc.account.sessions.queryOptions(undefined, { refetchInterval: refreshMs }));
  const [askedAll, setAskedAll] = useState(false);
  const revoke = useRevoke();
  const sessions = query.data?.sessions;
  const others = sessions?.filter(({ isThis }) => !isThis).length ?? 0;
  return (
    <Card label="Sessions" busy={query.isPending}>
      <CardHead title="Sessions">
        {others > 0 && (
          <Button kind="ghost" size="small" icon={LogOut} onClick={() => setAskedAll(true)}>
            Sign out everywhere else
          </Button>
        )}
      </CardHead>
      {sessions ? (
        <SessionsTable sessions={sessions} busyId={revoke.busyId} onRevoke={revoke.start} />
      ) : query.error ? (
        <Failure error={query.error} what="The sessions could not be loaded" onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonTable rows={2} />
      )}
      <CardFoot>A session ends seven days after signing in; signed out here, it ends at once.</CardFoot>
      {askedAll && <RevokeOthers count={others} onClose={() => setAskedAll(false)} />}
    </Card>
  );
}

/** Ends a session without a confirmation, because nothing is lost except the sign-in. */
function useRevoke() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.account.revokeSession.mutationOptions({
      onSuccess: () => toast({ title: 'Signed out there' }),
      onError: (error) => toast({ tone: 'failure', title: 'Not signed out', description: problemOf(error).message }),
      onSettled: () => queries.invalidateQueries(trpc.account.sessions.queryFilter()),
    }),
  );
  return {
    busyId: revoke.isPending ? revoke.variables.id : null,
    start: ({ id }: SessionView) => revoke.mutate({ id }),
  };
}

function RevokeOthers({ count, onClose }: { count: number; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.account.revokeOtherSessions.mutationOptions({
      onSuccess: ({ revoked }) => {
        toast({ title: revoked === 1 ? '1 session has ended' : `${revoked} sessions have ended` });
        onClose();
        void queries.invalidateQueries(trpc.account.sessions.queryFilter());
      },
    }),
  );
  const what = count === 1 ? '1 other session' : `${count} other sessions`;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`End ${what}?`}
      effect="Whoever sits there has to sign in again. This browser stays signed in."
      confirm="Sign out there"
      keep="Leave them"
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
    />
  );
}
