import type { WaitReason } from '#src/domain/decide/job-state.ts';
import type { AttemptLine, JobView } from './job-view.ts';

/** Sentences for what a due job waits for. */
export const waitTexts: Readonly<Record<WaitReason, string>> = {
  flow: 'Its flow is full: it starts when there is room.',
  cooldown: 'Its target is cooling down: it starts when that is over.',
  origin: 'Its host has all the slots it may have: it starts when one comes free.',
  project: 'Its project has all the slots it may have: it starts when one comes free.',
  paused: 'Its project or its host is paused: it starts after that is resumed.',
};

/** The sentence for a job whose flow is paused. */
export const pausedFlowText = 'Its flow is paused: it starts after that is resumed.';

/** Returns what an open job waits for, or what ended one that was cancelled, as a sentence. */
export function whyJobWaits(job: Pick<JobView['job'], 'state' | 'waitReason'>, last: AttemptLine | undefined): string {
  if (job.waitReason !== null) return waitTexts[job.waitReason];
  switch (job.state) {
    case 'scheduled':
      return 'Not due before this time, as asked for.';
    case 'queued':
      return 'It starts as soon as a worker is free.';
    case 'in_progress':
      return 'Its request is under way.';
    case 'cancelled':
      return 'It was cancelled: no further attempt is made.';
    default:
      return last?.decision?.why ?? 'Waiting to try again.';
  }
}
