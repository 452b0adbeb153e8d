import type { Job } from '#src/contract/job/job.ts';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import type { Lane } from './lanes.tsx';

/** A job's attempts, and the deliveries of its events. */
export type Course = Pick<JobView, 'attempts' | 'deliveries'>;

/** Returns what has happened to a job so far, what is under way, and what is certainly planned. */
export function liveLanes(job: Job, { attempts, deliveries }: Course, nowMs: number): Lane[] {
  const startMs = startOf(job);
  const lanes = attempts.map((attempt, index) => attemptLane(attempt, index, { job, attempts, startMs }));
  const upcoming = upcomingLane(job, attempts, nowMs - startMs);
  const terminal = deliveries.filter(({ type }) => type === `job.${job.state}`);
  const tries = terminal.flatMap((delivery) => delivery.tries.map((one) => ({ one, of: delivery.id })));
  return [
    ...lanes,
    ...(upcoming ? [upcoming] : []),
    ...tries.map(({ one, of }, index) => ({
      ...spanOf(one, startMs),
      key: `${of} ${one.number}`,
      label: index === 0 ? 'Callback' : `Callback ${index + 1}`,
      waitToMs: null,
      look: 'done' as const,
      came: one,
      note: one.decision?.why ?? '',
    })),
  ];
}

/**
 * Adds the lanes that are still expected. A lane stays in its place until it has happened, or cannot happen any more.
 */
export function mergedLanes(happened: readonly Lane[], planned: readonly Lane[], job: Job): Lane[] {
  const attempts = happened.filter(isAttempt);
  const callbacks = happened.slice(attempts.length);
  const later = isTerminal(job.state) ? [] : planned.filter(isAttempt).slice(attempts.length);
  const awaited = callbacks.length > 0 || job.callback === null ? [] : planned.filter((lane) => !isAttempt(lane));
  return [...attempts, ...later, ...callbacks, ...awaited];
}

function isAttempt({ key }: Lane): boolean {
  return key.startsWith('attempt ');
}

/**
 * Returns the start of a job's axis: the first attempt, or the creation before there is an attempt. A wait before the
 * first attempt is not drawn.
 */
export function startOf(job: Job): number {
  return Date.parse(job.startedAt ?? job.createdAt);
}

function spanOf({ startedAt, endedAt }: AttemptLine, startMs: number): { fromMs: number; toMs: number } {
  return { fromMs: Date.parse(startedAt) - startMs, toMs: Date.parse(endedAt) - startMs };
}

type Of = { job: Job; attempts: readonly AttemptLine[]; startMs: number };

function attemptLane(attempt: AttemptLine, index: number, { job, attempts, startMs }: Of): Lane {
  const next = attempts[index + 1]?.startedAt ?? (isTerminal(job.state) ? null : job.nextAttemptAt);
  return {
    ...spanOf(attempt, startMs),
    key: `attempt ${attempt.number}`,
    label: `Attempt ${attempt.number}`,
    waitToMs: next === null ? null : Date.parse(next) - startMs,
    look: 'done',
    came: attempt,
    note: attempt.decision?.why ?? '',
  };
}

function upcomingLane(job: Job, attempts: readonly AttemptLine[], nowMs: number): Lane | null {
  if (isTerminal(job.state)) return null;
  const number = attempts.length + 1;
  const running = job.state === 'in_progress';
  const planned = job.nextAttemptAt === null ? nowMs : Math.max(nowMs, Date.parse(job.nextAttemptAt) - startOf(job));
  const last = attempts.at(-1);
  const beganMs = running && last ? Math.min(nowMs, spanOf(last, startOf(job)).toMs) : running ? 0 : planned;
  return {
    key: `attempt ${number}`,
    label: `Attempt ${number}`,
    fromMs: beganMs,
    toMs: running ? Math.max(nowMs, beganMs) : planned,
    waitToMs: null,
    look: running ? 'running' : 'expected',
    came: null,
    note: running ? 'under way' : 'planned',
  };
}
