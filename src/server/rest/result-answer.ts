import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { formatId } from '#src/domain/text/id.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import { admitResultLink } from '#src/engine/show/result-link.ts';
import { storedEncoding } from '#src/engine/show/stored-encoding.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { asAttachment } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { isResultOwed } from '#src/store/job/owed-results.ts';
import { loadJobs } from '#src/store/job/read-jobs.ts';
import type { RestCall } from './route.ts';

/**
 * Answers the result to a caller with the signed link from a callback. The signature is checked before any row is read.
 * Returns null when the query has no signature.
 */
export function linkedResult({
  deps,
  request,
  id,
}: Pick<RestCall, 'deps' | 'request' | 'id'>): Promise<HttpResponse> | null {
  const [expires, signature] = [request.query.get('expires'), request.query.get('signature')];
  if (expires === null && signature === null) return null;
  const answer = async () => {
    const uuid = jobUuid(id);
    await admitResultLink(uuid, { expires, signature }, deps);
    const [row] = await loadJobs(deps.db, [uuid]);
    if (!row) throw new Refusal('not_found', `there is no job ${id}`, 'id');
    return bytesOf(row, deps, isExpired(row, deps) && (await isResultOwed(deps.db, uuid)));
  };
  return answer();
}

/** Answers the result to a caller with an API key. */
export function resultBytes(row: FullJobRow, { deps }: Pick<RestCall, 'deps'>): HttpResponse {
  return bytesOf(row, deps, false);
}

function isExpired(row: FullJobRow, { now }: Pick<ServerDeps, 'now'>): boolean {
  return row.result_expires_at !== null && row.result_expires_at.getTime() <= now();
}

/**
 * Returns the response with the result. `owed` means that a callback with a link to the result is still to be
 * delivered, so the result is kept past its expiry.
 */
function bytesOf(row: FullJobRow, deps: ServerDeps, owed: boolean): HttpResponse {
  const id = formatId('job', row.id);
  if (!owed && isExpired(row, deps)) {
    const until = row.result_expires_at?.toISOString();
    throw new Refusal('result_expired', `the result of ${id} was kept until ${until}`);
  }
  if (row.result_body === null) {
    throw new Refusal(
      'no_result',
      isTerminal(row.state) ? `${id} ended without a response (${row.state})` : `${id} has not ended (${row.state})`,
    );
  }
  const encoding = storedEncoding(row);
  const headers = {
    // The URL alone may give access to the result, so these headers keep it from other sites and caches.
    ...asAttachment(row.content_type),
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
    'ringback-result-status': String(row.result_status),
    ...(row.truncated ? { 'ringback-result-truncated': 'true' } : {}),
  };
  return { status: 200, headers, body: row.result_body };
}
