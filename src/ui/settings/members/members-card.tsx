'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MemberView } from '#src/contract/project/people.ts';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { MembersTable } from './members-table.tsx';
import { OwnRoleDialog } from './own-role-dialog.tsx';
import { RemoveMemberDialog } from './remove-member-dialog.tsx';
import { useSetRole } from './use-set-role.ts';

/** Lists all members of the project. Owners give roles here. */
export function MembersCard() {
  const trpc = useTRPC();
  const isOwner = useIsOwner();
  const query = useQuery(trpc.members.list.queryOptions());
  const [leaving, setLeaving] = useState<MemberView | null>(null);
  const change = useSetRole();
  const members = query.data?.members;
  return (
    <Card label="Members" busy={query.isPending}>
      <CardHead title="Members">
        {members && <span className="px-2 text-12 text-fg-subtle">{members.length}</span>}
      </CardHead>
      {change.error && !change.own && (
        <div className="border-b p-3">
          <Banner
            tone="failed"
            action={
              <Button kind="ghost" size="small" onClick={change.reset}>
                Close
              </Button>
            }
          >
            {problemOf(change.error).message}
          </Banner>
        </div>
      )}
      {members ? (
        <MembersTable
          members={members}
          isOwner={isOwner}
          changing={change.changing}
          onRole={change.ask}
          onRemove={setLeaving}
        />
      ) : query.error ? (
        <Failure error={query.error} what="The members could not be loaded" onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonTable rows={3} />
      )}
      {change.own && (
        <OwnRoleDialog
          role={change.own.role}
          busy={change.isPending}
          error={change.error}
          onClose={change.reset}
          onConfirm={change.confirm}
        />
      )}
      {leaving && <RemoveMemberDialog member={leaving} onClose={() => setLeaving(null)} />}
    </Card>
  );
}
