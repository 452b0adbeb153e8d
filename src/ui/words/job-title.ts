import type { Job } from '#src/contract/job/job.ts';
import { stateLook } from './state-look.ts';
import { urlParts } from './url-parts.ts';

/** Returns what the title of a tab says of a job: its state, and what it requests. */
export function jobTitle({ state, method, url }: Pick<Job, 'state' | 'method' | 'url'>): string[] {
  const { host, rest } = urlParts(url);
  return [stateLook(state).word.toLowerCase(), `${method} ${host}${rest}`];
}
