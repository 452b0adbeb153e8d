'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Inbox, Trash2 } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { InboxMessage } from '#src/ui/parts/trial/inbox-message.tsx';
import { inboxUrl } from '#src/ui/parts/trial/plan.ts';
import { useInbox } from '#src/ui/parts/trial/use-inbox.ts';

const shown = 20;

/** Lists the messages in a callback inbox of this project, newest first. */
export function InboxCard({ name, origin }: { name: string; origin: string }) {
  const inbox = useInbox(name, shown);
  const messages = inbox.data?.messages;
  const url = inboxUrl(origin, name);
  return (
    <Card label="Inbox" busy={inbox.isPending}>
      <CardHead
        title={
          <>
            Inbox <span className="font-mono text-12 font-normal text-fg-muted">{name}</span>
          </>
        }
      >
        <CopyButton text={url} label="Copy the inbox's URL" />
        <ClearButton name={name} empty={!messages || messages.length === 0} />
      </CardHead>
      <div className="min-h-[148px]">
        {messages && messages.length > 0 ? (
          <ol aria-label="Messages, newest first" className="divide-y">
            {messages.map((message) => (
              <InboxMessage key={message.id} message={message} />
            ))}
          </ol>
        ) : inbox.error ? (
          <Failure error={inbox.error} what="The inbox could not be read" onRetry={() => void inbox.refetch()} />
        ) : (
          messages && (
            <EmptyState icon={Inbox} title="Nothing has arrived yet">
              The callback of a job that ends shows here, with its signature checked.
            </EmptyState>
          )
        )}
      </div>
      <CardFoot>
        {inbox.data?.nextCursor ? `The newest ${shown}. ` : ''}
        Only your project sees what it signed. Kept for a day.
      </CardFoot>
    </Card>
  );
}

function ClearButton({ name, empty }: { name: string; empty: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const mayWrite = useMayWrite();
  const clear = useMutation(
    trpc.inbox.clear.mutationOptions({
      onSuccess: () => void queries.invalidateQueries(trpc.inbox.pathFilter()),
      onError: (error) =>
        toast({ tone: 'failure', title: 'The inbox was not cleared', description: problemOf(error).message }),
    }),
  );
  if (!mayWrite) return null;
  return (
    <Button
      kind="ghost"
      size="small"
      icon={Trash2}
      busy={clear.isPending}
      disabled={empty}
      onClick={() => clear.mutate({ name })}
    >
      Clear
    </Button>
  );
}
