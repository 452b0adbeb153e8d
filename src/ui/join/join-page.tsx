'use client';

import { useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import type { InvitationInfo } from '#src/contract/project/people.ts';
import { type JoinProblem, lookAtInvitation } from '#src/ui/data/project/invitation.ts';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { Entrance } from '#src/ui/shell/entrance.tsx';
import { DeadLink } from './dead-link.tsx';
import { JoinForm } from './join-form.tsx';

type Seen = { invitation: InvitationInfo } | { problem: JoinProblem } | null;

/** Page of an invitation link: the invitation, and what is needed to accept it. */
export function JoinPage() {
  const token = useSearchParams().get('token') ?? '';
  const [seen, setSeen] = useState<Seen>(null);
  const [tries, setTries] = useState(1);
  useEffect(() => {
    let isGone = false;
    // `tries` is read so that each attempt runs this effect again.
    void tries;
    void lookAtInvitation(token).then((answer) => {
      if (!isGone) setSeen(answer.ok ? { invitation: answer.value } : { problem: answer.problem });
    });
    return () => {
      isGone = true;
    };
  }, [token, tries]);
  const again = () => {
    setSeen(null);
    setTries(tries + 1);
  };
  return (
    <Entrance>
      {seen === null ? (
        <Waiting />
      ) : 'problem' in seen ? (
        <DeadLink problem={seen.problem} onRetry={again} />
      ) : (
        <JoinForm token={token} invitation={seen.invitation} onDead={(problem) => setSeen({ problem })} />
      )}
    </Entrance>
  );
}

function Waiting() {
  return (
    <div aria-hidden className="m-auto grid w-[340px] max-w-full gap-4">
      <Skeleton className="h-7 w-48" />
      <Skeleton className="w-full" />
      <Skeleton className="h-10 w-full" />
      <Skeleton className="h-10 w-full" />
    </div>
  );
}
