'use client';

import { problemOf } from '#src/ui/data/refusal.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Entrance } from './entrance.tsx';
import { leave } from './leave.ts';

/** Replaces the dashboard for a user who is signed in but belongs to no project, or to none any more. */
export function NoProject({ error }: { error: unknown }) {
  return (
    <Entrance>
      <div className="m-auto grid w-[340px] max-w-full gap-4">
        <h1>You are in no project</h1>
        <p className="text-fg-muted">
          {problemOf(error).message} Ask an owner of one for a link: it lets you in with the account you have.
        </p>
        <Button size="large" onClick={() => void leave()}>
          Sign out
        </Button>
      </div>
    </Entrance>
  );
}
