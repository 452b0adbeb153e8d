import type { Job } from '#src/contract/job/job.ts';
import type { InboxMessage } from '#src/contract/live/inbox.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import type { Step } from './steps.tsx';
import type { FirstKey } from './use-first-key.ts';

/**
 * Returns the steps to the first callback and which are done. A key is for the user's own code: a job from here needs
 * none.
 */
export function stepsOf(job: Job | undefined, message: InboxMessage | undefined, key: FirstKey): Step[] {
  const ended = job !== undefined && isTerminal(job.state);
  return [
    keyStep(key),
    { title: job ? 'Job submitted' : 'Submit a job', note: 'Here, or from your code', done: job !== undefined },
    { title: ended ? 'Watched it retry' : 'Watch it retry', note: 'The flaky target fails twice first', done: ended },
    {
      title: message?.verified ? 'Callback verified' : 'Get the callback',
      note: 'Signed, in the built-in inbox',
      done: message?.verified ?? false,
    },
  ];
}

function keyStep({ made, existing, mayMake }: FirstKey): Step {
  if (made) return { title: 'API key made', note: `${made.key.name}, shown once`, done: true };
  if (existing) return { title: 'API key made', note: `${existing.name}, shown once`, done: true };
  if (!mayMake) return { title: 'API key', note: 'From an owner, for your code', done: false, optional: true };
  return { title: 'Make an API key', note: 'For your code; from here none is needed', done: false, optional: true };
}
