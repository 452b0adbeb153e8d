'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { InvitationView } from '#src/contract/project/people.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { Moment } from '#src/ui/parts/time/moment.tsx';
import { roleWord } from '#src/ui/words/role-words.ts';
import { leftText } from '#src/ui/words/time-text.ts';

const refreshMs = 10_000;
const nameOf = ({ email }: InvitationView) => email ?? 'Whoever has the set-up link';

/** Lists the links that nobody has used yet. */
export function InvitationsCard() {
  const trpc = useTRPC();
  const query = useQuery(trpc.members.invitations.queryOptions(undefined, { refetchInterval: refreshMs }));
  const [asked, setAsked] = useState<InvitationView | null>(null);
  const invitations = query.data?.invitations;
  return (
    <Card label="Open invitations" busy={query.isPending}>
      <CardHead title="Open invitations" />
      {invitations === undefined ? (
        query.error ? (
          <Failure
            error={query.error}
            what="The invitations could not be loaded"
            onRetry={() => void query.refetch()}
          />
        ) : (
          <SkeletonTable rows={1} head={false} />
        )
      ) : invitations.length === 0 ? (
        <p className="p-4 text-fg-muted">No link is waiting to be used.</p>
      ) : (
        <InvitationsTable invitations={invitations} onWithdraw={setAsked} />
      )}
      {asked && <WithdrawDialog invitation={asked} onClose={() => setAsked(null)} />}
    </Card>
  );
}

type TableProps = { invitations: readonly InvitationView[]; onWithdraw: (invitation: InvitationView) => void };

function InvitationsTable({ invitations, onWithdraw }: TableProps) {
  const now = useNow(1_000);
  return (
    <DataTable
      label="Open invitations"
      head={
        <>
          <Th>For</Th>
          <Th className="w-[88px]">Role</Th>
          <Th number className="w-[104px] clock:w-[112px]">
            Made
          </Th>
          <Th number className="w-[104px]">
            Works for
          </Th>
          <Th number className="w-[108px]">
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {invitations.map((invitation) => (
        <Tr key={invitation.id}>
          <Td phone="main" className="truncate font-medium">
            {nameOf(invitation)}
          </Td>
          <Td phone="first">{roleWord(invitation.role)}</Td>
          <Td number>
            <Ago at={invitation.createdAt} sentence />
          </Td>
          <Td number phone="aside">
            <Moment at={invitation.expiresAt}>{leftText(Date.parse(invitation.expiresAt) - now)}</Moment>
          </Td>
          <Td number phone="third">
            <Button
              kind="danger"
              size="small"
              aria-label={`Withdraw the invitation of ${nameOf(invitation)}`}
              onClick={() => onWithdraw(invitation)}
            >
              Withdraw
            </Button>
          </Td>
        </Tr>
      ))}
    </DataTable>
  );
}

function WithdrawDialog({ invitation, onClose }: { invitation: InvitationView; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const withdraw = useMutation(
    trpc.members.revokeInvitation.mutationOptions({
      onSuccess: () => {
        toast({ title: 'The link opens nothing any more' });
        onClose();
        void queries.invalidateQueries(trpc.members.invitations.queryFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Withdraw this invitation?"
      effect={`The link for ${invitation.email ?? 'setting up'} opens nothing any more. You can invite the same address again.`}
      confirm="Withdraw it"
      keep="Keep it"
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => withdraw.mutate({ id: invitation.id })}
    />
  );
}
