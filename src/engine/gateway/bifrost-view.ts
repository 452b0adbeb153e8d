import { type BifrostFacts, bifrostGateway, bifrostOperation } from '#src/domain/gateway/bifrost-shape.ts';
import type { Clock } from '#src/engine/deps.ts';
import type { ModelCallRow } from '#src/store/job/model-calls.ts';

/** Returns what Bifrost's envelope says of a job; null: the job did not come by its routes, or its result has expired. */
export function bifrostFacts(row: ModelCallRow, { now }: Clock): BifrostFacts | null {
  const { gateway, ended_at: endedAt } = row;
  const operation = gateway?.startsWith(bifrostGateway) && bifrostOperation(gateway.slice(bifrostGateway.length));
  if (!operation) return null;
  const keptMs = row.options.resultTtlSeconds * 1000;
  const expiresAt = endedAt === null ? null : new Date(endedAt.getTime() + keptMs);
  if (expiresAt !== null && expiresAt.getTime() <= now()) return null;
  return {
    uuid: row.id,
    state: row.state,
    createdAt: row.created_at,
    endedAt,
    expiresAt,
    answer:
      row.result_body === null
        ? null
        : { status: row.result_status, contentType: row.content_type, body: row.result_body },
    error: row.error,
    operation,
    provider: row.options.upstream ?? '',
    model: row.model,
  };
}
