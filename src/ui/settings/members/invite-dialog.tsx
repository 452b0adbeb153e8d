'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MadeInvitation } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { DateAndTime } from '#src/ui/parts/time/clock.tsx';
import { roleHints, roleOptions, roleWord } from '#src/ui/words/role-words.ts';

/** Creates a link with which one person joins, and shows it only once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [isMissing, setMissing] = useState(false);
  const trpc = useTRPC();
  const queries = useQueryClient();
  const invite = useMutation(
    trpc.members.invite.mutationOptions({
      gcTime: 0,
      onSuccess: () => void queries.invalidateQueries(trpc.members.invitations.queryFilter()),
    }),
  );
  if (invite.data) return <LinkDialog invitation={invite.data} onClose={onClose} />;
  const problem = invite.error ? problemOf(invite.error) : null;
  const wrong = problem?.code === 'invalid_input' ? 'This is no email address.' : problem?.message;
  const submit = () => {
    setMissing(email.trim() === '');
    if (email.trim() !== '') invite.mutate({ email: email.trim(), role });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Invite somebody"
      description="You get a link for them. Send it to them yourself: Ringback sends no mail."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={invite.isPending}>
            Make link
          </Button>
        </>
      }
    >
      {problem && problem.field !== 'email' && <Banner tone="failed">{problem.message}</Banner>}
      <TextField
        label="Email"
        type="email"
        autoComplete="off"
        placeholder="ada@example.com"
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={isMissing ? 'Whom do you invite?' : problem?.field === 'email' ? wrong : undefined}
      />
      <div className="grid justify-items-start gap-1.5">
        <span className="font-medium">Role</span>
        <Segmented<Role> label="Role" value={role} onChange={setRole} options={roleOptions} />
        <span className="text-12 text-fg-subtle">{roleHints[role]}</span>
      </div>
    </Dialog>
  );
}

function LinkDialog({ invitation, onClose }: { invitation: MadeInvitation; onClose: () => void }) {
  return (
    <Dialog
      open
      wide
      insistent
      onOpenChange={(open) => !open && onClose()}
      title={`A link for ${invitation.email}`}
      description="Send it to them yourself: Ringback sends no mail. It is shown this once."
      footer={
        <Button kind="primary" onClick={onClose}>
          I have sent it
        </Button>
      }
    >
      <CodeBlock boxed wrap label="the link" text={invitation.url} />
      <p className="text-12 text-fg-subtle">
        It works once, until <DateAndTime at={invitation.expiresAt} />, and makes them{' '}
        {roleWord(invitation.role).toLowerCase()}. Whoever has it can join in their name: send it where only they read.
      </p>
    </Dialog>
  );
}
