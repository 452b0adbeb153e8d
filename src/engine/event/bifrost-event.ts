import type { AsyncJobEvent } from '#src/contract/event/event-names.ts';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { bifrostEventBody } from '#src/domain/gateway/bifrost-event-body.ts';
import { bifrostFacts } from '#src/engine/show/bifrost-view.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';

/** Returns the headers that only Bifrost's events have. */
export function bifrostHeaders(type: AsyncJobEvent): HeaderList {
  return [['x-bifrost-event', type]];
}

/**
 * Returns the bytes of an event in Bifrost's shape, as they are to be sent now: a result that has expired meanwhile is
 * not in it. Returns null for a job that did not come by Bifrost's routes.
 */
export function bifrostEventBytes(
  row: FullJobRow & { model: string | null },
  event: AsyncJobEvent,
  { createdAt, nowMs }: { createdAt: Date; nowMs: number },
): Buffer | null {
  const facts = bifrostFacts(row);
  if (facts === null) return null;
  const isOmitted = typeof row.result_size === 'number';
  return Buffer.from(JSON.stringify(bifrostEventBody(facts, { event, createdAt, nowMs, isOmitted })));
}
