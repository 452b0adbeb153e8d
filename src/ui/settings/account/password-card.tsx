'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Card, CardBody, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';

const shortest = 12;
const longest = 128;

/** Changes the password, which ends every other session. */
export function PasswordCard({ email }: { email: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isAsked, setAsked] = useState(false);
  const change = useChange(() => {
    setCurrent('');
    setNext('');
    setAsked(false);
  });
  const problem = change.error ? problemOf(change.error) : null;
  const isShort = next.length < shortest;
  const error = (field: 'current' | 'next') => (problem?.field === field ? problem.message : undefined);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(true);
    change.reset();
    if (current !== '' && !isShort) change.mutate({ current, next });
  };
  return (
    <Card label="Password">
      <CardHead title="Password" />
      <CardBody>
        <form method="post" noValidate onSubmit={submit} className="grid gap-3">
          {problem && problem.field !== 'current' && problem.field !== 'next' && (
            <Banner tone="failed">{problem.message}</Banner>
          )}
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            maxLength={longest}
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
            error={
              isAsked && current === '' ? 'Needed, so that a borrowed session cannot change it.' : error('current')
            }
          />
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            maxLength={longest}
            hint={isAsked && isShort ? undefined : `At least ${shortest} characters; nothing else is asked of it.`}
            value={next}
            onChange={(event) => setNext(event.target.value)}
            error={isAsked && isShort ? `${shortest - next.length} characters are missing.` : error('next')}
            end={
              <span className="flex-none text-12 text-fg-subtle tabular-nums">
                {next.length}
                {isShort && `/${shortest}`}
              </span>
            }
          />
          <Button type="submit" busy={change.isPending} className="justify-self-start">
            Change password
          </Button>
        </form>
      </CardBody>
      <CardFoot>All other sessions end with the change.</CardFoot>
    </Card>
  );
}

function useChange(onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.account.changePassword.mutationOptions({
      gcTime: 0,
      onSuccess: ({ revokedSessions }) => {
        onDone();
        const others = revokedSessions === 1 ? '1 other session has' : `${revokedSessions} other sessions have`;
        toast({
          title: 'The password is changed',
          ...(revokedSessions > 0 && { description: `${others} ended.` }),
        });
        void queries.invalidateQueries(trpc.account.sessions.queryFilter());
      },
    }),
  );
}
