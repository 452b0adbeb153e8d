import { isResponseEvent, type ResponseEvent } from '#src/contract/event/event-names.ts';
import type { ResponseEventBody } from '#src/contract/event/response-events.ts';
import { readJsonBody } from '#src/domain/policy/body-match.ts';
import { valueAt } from '#src/domain/policy/json-pointer.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { type FullJobRow, isModelResponse } from '#src/store/job/job-row.ts';

/**
 * Returns the event of an ended model response in OpenAI's shape; null if the job is none. A job that completed may hold
 * a response that failed or is incomplete, as its body says. The body is read only for this question.
 */
export function responseEventOf(row: FullJobRow): ResponseEvent | null {
  if (!isModelResponse(row)) return null;
  if (row.state === 'cancelled') return 'response.cancelled';
  if (row.state !== 'completed') return 'response.failed';
  const status = row.result_body === null ? undefined : statusOf(row.result_body, row.truncated);
  const type = `response.${String(status)}`;
  return isResponseEvent(type) ? type : 'response.completed';
}

function statusOf(body: Uint8Array, truncated: boolean | null): unknown {
  const read = readJsonBody({ body, truncated: truncated === true })();
  return read === null ? undefined : valueAt(read.value, '/status');
}

/**
 * Returns the bytes of an event in OpenAI's shape. They are made from the delivery's row alone, so every attempt and
 * every repeat sends the same ones, also after the result has expired. Returns null for other events.
 */
export function responseEventBytes(
  delivery: Pick<DeliveryRow, 'type' | 'job_id' | 'event_id' | 'created_at'>,
): Buffer | null {
  const { type, job_id: jobId, event_id: eventId, created_at: createdAt } = delivery;
  if (!isResponseEvent(type) || jobId === null) return null;
  return responseBytes(type, { eventId, responseId: jobId, createdAt });
}

/** Returns the bytes of an event in OpenAI's shape about the response with this UUID. */
export function responseBytes(
  type: ResponseEvent,
  { eventId, responseId, createdAt }: { eventId: string; responseId: string; createdAt: Date },
): Buffer {
  const event: ResponseEventBody = {
    id: formatId('evt', eventId),
    object: 'event',
    created_at: Math.floor(createdAt.getTime() / 1000),
    type,
    data: { id: formatId('resp', responseId) },
  };
  return Buffer.from(JSON.stringify(event));
}
