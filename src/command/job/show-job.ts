import { bodyBytes } from '#src/client/call/bytes.ts';
import type { Attempt, Job, JobResult, JobSummary } from '#src/contract/job/job.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';

/** Returns what a job does now, as part of a sentence. */
export function progressOf(job: Job, nowMs: number): string {
  const failure = job.lastFailure === null ? '' : `: ${job.lastFailure.message}`;
  switch (job.state) {
    case 'scheduled':
    case 'retrying':
      return `${job.state}${job.nextAttemptAt === null ? '' : `, ${untilText(job.nextAttemptAt, nowMs)}`}${failure}`;
    case 'in_progress':
      return `in progress, attempt ${job.attempts}`;
    case 'completed':
      return `completed with ${job.result?.status ?? 'its response'} after ${attemptsText(job.attempts)}`;
    case 'failed':
      return `failed after ${attemptsText(job.attempts)}: ${job.error?.message ?? 'no reason was given'}`;
    default:
      return `${job.state}${job.waitReason === null ? '' : ` (${job.waitReason})`}`;
  }
}

/** Returns the lines that describe a job to people. Lines without a value are left out. */
export function jobLines(job: Job, nowMs: number): string[] {
  const fields: [name: string, value: string | null | undefined][] = [
    ['job', job.id],
    ['state', progressOf(job, nowMs)],
    ['request', `${job.method} ${job.url}`],
    ['created', job.createdAt],
    ['ended', job.endedAt],
    ['labels', job.labels.join(', ')],
    ['flow', job.flow],
    ['callback', job.callback?.url ?? job.callback?.endpoint],
    ['rerun of', job.rerunOf],
    ['result', job.result && resultText(job.result)],
    ['result', job.resultExpiredAt && `expired ${job.resultExpiredAt}`],
  ];
  return fields.flatMap(([name, value]) => (value ? [`${name.padEnd(9)} ${plain(value)}`] : []));
}

/** Returns a line for an attempt: its number, its outcome and the reason of its decision. */
export function attemptLine({ number, outcome, status, failure, decision }: Attempt): string {
  const what = status ?? failure?.code ?? outcome;
  return `${String(number).padStart(3)}  ${plain(String(what)).padEnd(18)}  ${plain(decision?.why ?? '')}`;
}

/** Returns the lines of a table of jobs. */
export function tableLines(jobs: readonly JobSummary[]): string[] {
  const rows = jobs.map((job) => [
    job.id,
    job.state,
    String(job.status ?? job.error?.code ?? '–'),
    String(job.attempts),
    job.createdAt,
    plain(`${job.method} ${job.url}`),
  ]);
  const all = [['job', 'state', 'answer', 'attempts', 'created', 'request'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Returns the bytes of a result's body. */
export function resultBytes({ body, encoding }: JobResult): Uint8Array {
  return bodyBytes(body ?? '', encoding);
}

function resultText({ status, size, contentType, truncated }: JobResult): string {
  return `${status}, ${size} bytes${contentType ? `, ${contentType}` : ''}${truncated ? ', truncated' : ''}`;
}

function untilText(at: string, nowMs: number): string {
  const leftMs = Date.parse(at) - nowMs;
  return leftMs <= 0 ? 'due now' : `next attempt in ${formatWait(leftMs)}`;
}

function attemptsText(count: number): string {
  return count === 1 ? '1 attempt' : `${count} attempts`;
}

/** Removes characters that would control the terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
