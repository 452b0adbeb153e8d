import { hash } from 'node:crypto';
import { dashed } from '#src/domain/text/uuid.ts';

/**
 * Returns the id of an event of a job. It is made from the job, the type and, for events that a job can have several
 * of, the number of the attempt. So an event that happens again after an older backup was restored has the id that
 * receivers know already.
 *
 * Its first half is the job's, by which its deliveries are found; the rest is a hash, in the form of a UUIDv7.
 */
export function jobEventId(jobId: string, type: string, attempt?: number): string {
  const name = attempt === undefined ? `${jobId} ${type}` : `${jobId} ${type} ${attempt}`;
  const digest = hash('sha256', name, 'hex');
  const variant = ((Number.parseInt(digest.charAt(0), 16) & 0x3) | 0x8).toString(16);
  return dashed(`${jobId.replaceAll('-', '').slice(0, 16)}${variant}${digest.slice(1, 16)}`);
}
