import type { Attempt } from '#src/contract/job/job.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { AttemptRow } from '#src/store/job/read-attempts.ts';
import { bodyView, cutBodyView, headerValue } from './body-text.ts';
import { headerRecord } from './to-job.ts';

/** Returns an attempt as the API shows it. Secrets were masked when it was written. */
export function toAttempt(row: AttemptRow): Attempt {
  const contentType = row.headers && headerValue(row.headers, 'content-type');
  const size = row.body_size ?? 0;
  return {
    id: formatId('att', row.id),
    number: row.n,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at.toISOString(),
    outcome: row.outcome,
    status: row.status,
    responseHeaders: row.headers && headerRecord(row.headers),
    response: row.body && responseView(row.body, contentType, size, row.outcome !== 'response'),
    failure: row.failure,
    timings: row.timings,
    redirects: row.redirects ?? [],
    remoteAddress: row.remote_address,
    worker: row.worker,
    decision: row.decision,
  };
}

function responseView(
  body: Uint8Array,
  contentType: string | null,
  size: number,
  cut: boolean,
): NonNullable<Attempt['response']> {
  const truncated = cut || size > body.byteLength;
  return { ...(truncated ? cutBodyView : bodyView)(body, contentType), size, truncated };
}
