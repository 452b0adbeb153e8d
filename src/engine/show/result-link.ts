import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads, Seals } from '#src/engine/deps.ts';
import { isResultOwed } from '#src/store/job/owed-results.ts';

/**
 * Where a result can be had without an API key until it expires. It depends on the job and the first encryption key alone,
 * so a callback that is made again has the same one.
 */
export function resultUrl(jobUuid: string, expiresAt: Date, { publicUrl, cipher }: Links): string {
  const id = formatId('job', jobUuid);
  // Rounded up: the instant itself is looked at where the result is.
  const expires = String(Math.ceil(expiresAt.getTime() / 1000));
  return `${publicUrl}/v1/jobs/${id}/result?expires=${expires}&signature=${cipher.sign(signedText(id, expires))}`;
}

/** A link's query, as it came. */
export type ResultLink = { expires: string | null; signature: string | null };

/**
 * Refuses a link that is not exactly one of ours, and one whose time is over. It opens the result beyond its time for as long as
 * an event with the link in it has not been delivered, and an hour from then: else it would tell of what is gone.
 */
export async function admitResultLink(
  jobUuid: string,
  link: ResultLink,
  { db, ...deps }: Reads & Seals & Clock,
): Promise<void> {
  try {
    checkResultLink(formatId('job', jobUuid), link, deps);
  } catch (error) {
    const isOver = error instanceof Refusal && error.code === 'result_expired';
    if (!isOver || !(await isResultOwed(db, jobUuid))) throw error;
  }
}

/** Refuses a link that is not exactly one of ours, or whose time is over. */
export function checkResultLink(id: string, { expires, signature }: ResultLink, { cipher, now }: Seals & Clock): void {
  if (expires === null || signature === null || !cipher.isSigned(signedText(id, expires), signature)) {
    throw new Refusal('invalid_link', 'this link is not as it was given; read the job with an API key for a new one');
  }
  const untilMs = Number(expires) * 1000;
  if (untilMs > now()) return;
  throw new Refusal('result_expired', `the result of ${id} was kept until ${new Date(untilMs).toISOString()}`);
}

function signedText(id: string, expires: string): string {
  return `result ${id} ${expires}`;
}
