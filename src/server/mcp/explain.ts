import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import type { JobSummary } from '#src/contract/job/job.ts';
import type { AttemptLine } from '#src/contract/job/job-view.ts';
import type { Decision } from '#src/domain/decide/decision.ts';
import { tookText } from '#src/domain/text/duration-text.ts';

/** Attempts that one answer shows, the last ones. */
export const shownAttempts = 10;
/** Characters of a URL in a list, and of a response body. */
const shownUrl = 300;
const shownBody = 1_000;

/** Returns the text, cut with a mark if it is longer. */
export function cutText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

export function cutUrl(url: string): string {
  return cutText(url, shownUrl);
}

/** Returns the last attempts of a list, and how many are left out before them. */
export function lastOf<T>(all: readonly T[]): { shown: readonly T[]; leftOut: number } {
  return { shown: all.slice(-shownAttempts), leftOut: Math.max(0, all.length - shownAttempts) };
}

type Tried = Pick<AttemptLine, 'number' | 'startedAt' | 'endedAt' | 'outcome' | 'status' | 'failure' | 'decision'>;

/** Returns what an attempt ended in: `503`, or why there was no response. */
export function answerOf({ status, failure, outcome }: Pick<Tried, 'status' | 'failure' | 'outcome'>): string {
  return status === null ? (failure?.message ?? outcome) : String(status);
}

/** Returns what followed from an attempt: the sentence, the rule, and the headers that decided with what they said. */
export function decisionText(decision: Decision | null): string {
  if (decision === null) return '';
  const { rule, why, inputs, retry } = decision;
  const said = [inputs.resetValue, inputs.retryAfter, inputs.remaining].filter((value) => value !== undefined);
  return [
    why,
    rule === null ? 'No rule matched.' : `Rule: ${rule}${retry ? ` (retry ${retry.count} of ${retry.limit})` : ''}.`,
    inputs.usedHeaders?.length
      ? `Decided by the header ${inputs.usedHeaders.join(', ')}${said.length > 0 ? `: ${said.join(', ')}` : ''}.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Returns an attempt as a line. */
export function attemptText(attempt: Tried): string {
  const took = tookText(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt));
  return `Attempt ${attempt.number} at ${attempt.startedAt} took ${took}: ${answerOf(attempt)}. ${decisionText(attempt.decision)}`.trim();
}

/** Returns the fields of an attempt that explain what happened. */
export function attemptData({ number, startedAt, endedAt, outcome, status, failure, decision }: Tried) {
  return { number, startedAt, endedAt, outcome, status, failure, decision };
}

/** Returns the beginning of a response body as text; null if there is none, or it is no text. */
export function bodyText(
  response: { body: string | null; encoding: 'utf8' | 'base64' } | null | undefined,
): string | null {
  return response?.body && response.encoding === 'utf8' ? cutText(response.body, shownBody) : null;
}

/** Returns a job as a line of a list. */
export function jobLine(job: JobSummary): string {
  const why = job.error?.message ?? job.lastFailure?.message;
  const parts = [`${job.id} ${job.state}`, `${job.method} ${cutUrl(job.url)}`, `${job.attempts} attempts`];
  if (job.status !== null) parts.push(`last answer ${job.status}`);
  if (why !== undefined) parts.push(why);
  if (job.endedAt === null && job.nextAttemptAt !== null) parts.push(`next attempt ${job.nextAttemptAt}`);
  return `- ${parts.join('; ')}`;
}

/** Returns a delivery as a line of a list. */
export function deliveryLine(delivery: DeliverySummary): string {
  const why = delivery.error?.message ?? delivery.lastFailure?.message;
  const parts = [
    `${delivery.id} ${delivery.state}`,
    `${delivery.type} to ${delivery.endpointName ?? cutUrl(delivery.url)}`,
    `${delivery.attempts} attempts`,
  ];
  if (delivery.status !== null) parts.push(`last answer ${delivery.status}`);
  if (why !== undefined) parts.push(why);
  if (delivery.endedAt === null && delivery.nextAttemptAt !== null) parts.push(`next ${delivery.nextAttemptAt}`);
  return `- ${parts.join('; ')}`;
}
