import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads, Seals } from '#src/engine/deps.ts';
import { isResultOwed } from '#src/store/job/owed-results.ts';

/**
 * Returns a URL that gives the result without an API key until it expires. The URL depends only on the job, the public
 * base URL and the first encryption key, so a callback that is made again has the same URL.
 */
export function resultUrl(jobUuid: string, expiresAt: Date, { publicUrl, cipher }: Links): string {
  const id = formatId('job', jobUuid);
  // The time is rounded up to a second. The exact time is checked where the result is read.
  const expires = String(Math.ceil(expiresAt.getTime() / 1000));
  return `${publicUrl}/v1/jobs/${id}/result?expires=${expires}&signature=${cipher.sign(signedText(id, expires))}`;
}

/** Query parameters of a link, as received. */
export type ResultLink = { expires: string | null; signature: string | null };

/**
 * Throws `invalid_link` if the link is not exactly one of ours, and `result_expired` if its time is over. A link still
 * works after its time while an event that contains it is not delivered, and for one hour after that. Otherwise the
 * event would link to a deleted result.
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

/** Throws `invalid_link` if the link is not exactly one of ours, and `result_expired` if its time is over. */
export function checkResultLink(id: string, { expires, signature }: ResultLink, { cipher, now }: Seals & Clock): void {
  if (expires === null || signature === null || !cipher.isSigned(signedText(id, expires), signature)) {
    throw new Refusal('invalid_link', 'this link was changed; read the job with an API key for a new one');
  }
  const untilMs = Number(expires) * 1000;
  if (untilMs > now()) return;
  throw new Refusal('result_expired', `the result of ${id} was kept until ${new Date(untilMs).toISOString()}`);
}

function signedText(id: string, expires: string): string {
  return `result ${id} ${expires}`;
}
