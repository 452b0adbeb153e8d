import { type BifrostFacts, bifrostGateway, bifrostOperation } from '#src/domain/gateway/bifrost-shape.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import type { ModelCallRow } from '#src/store/job/model-calls.ts';

/** Returns true if a job came by Bifrost's routes. */
export function isBifrost({ gateway }: Pick<FullJobRow, 'gateway'>): boolean {
  return gateway?.startsWith(bifrostGateway) === true;
}

/** Returns what Bifrost's answers say of a job; null: the job did not come by its routes. */
export function bifrostFacts(row: FullJobRow & Pick<ModelCallRow, 'model'>): BifrostFacts | null {
  const { gateway, ended_at: endedAt } = row;
  const operation = gateway?.startsWith(bifrostGateway) && bifrostOperation(gateway.slice(bifrostGateway.length));
  if (!operation) return null;
  const keptMs = row.options.resultTtlSeconds * 1000;
  return {
    uuid: row.id,
    state: row.state,
    createdAt: row.created_at,
    endedAt,
    expiresAt: endedAt === null ? null : new Date(endedAt.getTime() + keptMs),
    status: row.result_status ?? row.status,
    answer: row.result_body === null ? null : { contentType: row.content_type, body: row.result_body },
    error: row.error,
    operation,
    provider: row.options.upstream ?? '',
    model: row.model,
  };
}
