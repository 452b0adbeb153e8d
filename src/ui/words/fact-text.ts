import type { JobView } from '#src/contract/job/job-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { deliveryGone, wantsItsEnd } from './outlived.ts';
import { ageText, tookText } from './time-text.ts';

/** Returns the time from the first attempt's start to the end, or to now. */
export function durationOf(job: JobView['job'], now: number): string {
  if (job.startedAt === null) return '–';
  if (job.endedAt !== null) return tookText(Date.parse(job.endedAt) - Date.parse(job.startedAt));
  return ageText(now - Date.parse(job.startedAt));
}

/** Returns the reason why a job has no delivery: it has no callback, none yet, none for this end, or a deleted one. */
export function whyNoDelivery(view: JobView, now: number): string {
  const { callback, state } = view.job;
  if (!callback) return 'This job has no callback: its end is read with its id, or waited for.';
  if (!isTerminal(state)) return 'Sent when the job has ended.';
  if (deliveryGone(view, now)) return `Its deliveries were deleted by the project’s retention, before the job itself.`;
  if (wantsItsEnd(view.job)) return 'It is about to be sent.';
  return `The callback does not want this end: it asked for ${callback.events.join(', ')}.`;
}
