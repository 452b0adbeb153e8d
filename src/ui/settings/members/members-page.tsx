'use client';

import { useState } from 'react';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { UserPlus } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { SettingsPage } from '#src/ui/settings/settings-page.tsx';
import { InvitationsCard } from './invitations-card.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MembersCard } from './members-card.tsx';
import { ProjectCard } from './project-card.tsx';
import { RolesCard } from './roles-card.tsx';

/** Page of the project's members and their roles, and of the project itself. */
export function MembersPage() {
  const isOwner = useIsOwner();
  const [inviting, setInviting] = useState(false);
  return (
    <SettingsPage
      title="Members"
      note="Who is in this project, and what they may do."
      actions={
        isOwner && (
          <Button kind="primary" icon={UserPlus} onClick={() => setInviting(true)}>
            Invite
          </Button>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
        <div className="grid gap-4">
          <MembersCard />
          {isOwner && <InvitationsCard />}
        </div>
        <div className="grid gap-4">
          <ProjectCard />
          <RolesCard />
        </div>
      </div>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </SettingsPage>
  );
}
