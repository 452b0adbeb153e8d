import Link from 'next/link';
import type { JoinProblem } from '#src/ui/data/project/invitation.ts';
import { RotateCw } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';

/** Shows that a link is not valid, or that it could not be checked just now. */
export function DeadLink({ problem, onRetry }: { problem: JoinProblem; onRetry: () => void }) {
  const isDead = problem.code === 'not_found';
  return (
    <div role="alert" className="m-auto grid w-[340px] max-w-full gap-4">
      <h1>{isDead ? 'This link opens nothing' : 'The link could not be opened'}</h1>
      <p className="text-fg-muted">
        {isDead
          ? 'It was used, withdrawn or has expired: links work once, and for seven days. Ask whoever sent it for a new one.'
          : problem.message}
      </p>
      {isDead ? (
        <Link href="/sign-in" className={buttonClass('default', 'large')}>
          I have an account: sign in
        </Link>
      ) : (
        <Button size="large" icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
