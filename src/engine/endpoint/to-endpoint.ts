import type { Endpoint, EndpointEvent } from '#src/contract/endpoint/endpoint.ts';
import type { EndpointDisabledReason } from '#src/contract/event/events.ts';
import { formatId } from '#src/domain/text/id.ts';
import { shownTls } from '#src/engine/client-tls.ts';
import type { Reads } from '#src/engine/deps.ts';
import { endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import { iso } from '#src/engine/show/to-job.ts';
import { type EndpointRow, findEndpoint } from '#src/store/endpoint/endpoint-rows.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { shownHeaders } from './endpoint-headers.ts';

/** Returns an endpoint as the API shows it. */
export function toEndpoint(row: EndpointRow, cipher: Cipher): Endpoint {
  return {
    id: formatId('end', row.id),
    name: row.name,
    url: row.url,
    description: row.description,
    events: row.events as EndpointEvent[],
    labels: row.labels,
    projectWide: row.project_wide,
    payload: row.payload,
    format: row.format,
    headers: shownHeaders(row, cipher),
    tls: shownTls(row),
    scheduleSeconds: row.schedule,
    giveUpOn: row.give_up_on ?? [],
    rate: row.rate,
    concurrency: row.concurrency,
    state: row.state,
    disabledReason: row.disabled_reason as EndpointDisabledReason | null,
    disabledAt: iso(row.disabled_at),
    failingSince: iso(row.failing_since),
    lastSuccessAt: iso(row.last_success_at),
    lastFailureAt: iso(row.last_failure_at),
    problem: row.problem,
    pausedUntil: iso(row.paused_until),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    listener: row.listener,
  };
}

/** Returns an endpoint's row. Throws `not_found`, also for an endpoint of another project. */
export async function loadEndpoint(deps: Reads, projectId: string, id: string): Promise<EndpointRow> {
  const row = await findEndpoint(deps.db, projectId, endpointUuid(id));
  if (!row) throw noSuch('end', id);
  return row;
}
