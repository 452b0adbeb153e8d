import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { limits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Seals } from '#src/engine/deps.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import { openBody, openRequestSecrets } from '#src/store/seal/sealed-parts.ts';

/**
 * Returns the request of a claimed job with its real values. It is only for sending; no part of it may be logged or
 * stored. Throws `SealError` if an encryption key is missing.
 */
export function jobRequest(
  job: ClaimedJob,
  deps: Seals & Clock,
  { maxResponseBytes, lent = [] }: { maxResponseBytes: number; lent?: readonly HeaderSpec[] },
): OutboundRequest {
  const { url, headers, sensitive } = realRequest(job, deps, lent);
  addDefault(headers, 'user-agent', 'ringback/1.0');
  addDefault(headers, 'accept', '*/*');
  if (job.options.sendIdempotencyKey) addDefault(headers, 'idempotency-key', formatId('job', job.id));
  return {
    url,
    method: job.method,
    headers,
    body: job.body && openBody(deps.cipher, job.id, job.body, job.body_sealed === true),
    timeoutMs: attemptTimeout(job, deps.now()),
    maxResponseBytes,
    repeatable: headers.some(([name]) => name === 'idempotency-key'),
    maxRedirects: job.options.redirect === 'follow' ? limits.redirects : 0,
    sensitiveHeaders: sensitive,
    secretBody: job.body_sealed === true,
  };
}

/** The parts of a stored request that may be secret. */
export type StoredRequest = Pick<ClaimedJob, 'id' | 'url' | 'headers' | 'secrets'>;

/**
 * Returns the URL and the headers of a job with their real values, header names in lower case. `sensitive` are the names
 * of the headers that are shown masked. Throws `SealError` if an encryption key is missing.
 *
 * @param lent headers of the job's upstream; a header that the job has itself comes before them
 */
export function realRequest(
  job: StoredRequest,
  { cipher }: Seals,
  lent: readonly HeaderSpec[] = [],
): { url: string; headers: HeaderList; sensitive: string[] } {
  const secrets = job.secrets && openRequestSecrets(cipher, job.id, job.secrets);
  const headers: HeaderList = job.headers.map(([name, shown]) => [name.toLowerCase(), shown]);
  const sensitive: string[] = [];
  for (const [index, value] of secrets?.headers ?? []) {
    const header = headers[index];
    if (!header) continue;
    header[1] = value;
    sensitive.push(header[0]);
  }
  const own = new Set(headers.map(([name]) => name));
  for (const { name, value, masked } of lent) {
    if (own.has(name)) continue;
    headers.push([name, value]);
    if (masked !== null) sensitive.push(name);
  }
  return { url: secrets?.url ?? job.url, headers, sensitive };
}

/**
 * Returns an attempt's timeout in milliseconds. It ends at the job's deadline at the latest. The deadline and the claim,
 * which was made a moment ago, are both of the database's clock; ours may be wrong.
 */
export function attemptTimeout(job: Pick<ClaimedJob, 'deadline_at' | 'claimed_at' | 'options'>, nowMs: number): number {
  if (job.deadline_at === null) return job.options.timeoutMs;
  const claimedMs = job.claimed_at?.getTime() ?? nowMs;
  return Math.max(1, Math.min(job.options.timeoutMs, job.deadline_at.getTime() - claimedMs));
}

function addDefault(headers: HeaderList, name: string, value: string): void {
  if (!headers.some(([key]) => key === name)) headers.push([name, value]);
}
