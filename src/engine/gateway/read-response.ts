import type { SubmittedJob } from '#src/contract/job/job.ts';
import { type JsonObject, responseObject } from '#src/domain/gateway/response-object.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { noSuch } from '#src/engine/show/known-id.ts';
import { isModelResponse } from '#src/store/job/job-row.ts';
import { findModelCall, type ModelCallRow } from '#src/store/job/model-calls.ts';

/** Returns the rows of a model response. Throws `not_found`, also for a response of another project. */
export async function loadResponse(deps: Reads, projectId: string, id: string): Promise<ModelCallRow> {
  const jobId = parseId('resp', id);
  const row = jobId === null ? null : await findModelCall(deps.db, projectId, jobId);
  if (row === null || !isModelResponse(row)) throw noSuch('resp', id);
  return row;
}

/** What a job says of the way it came, if it makes a model response. */
export const responseGateway = 'responses';

/** Returns the response object of a job that was stored just now, without reading it. */
export function newResponse(job: Pick<SubmittedJob, 'id' | 'state' | 'createdAt'>, asked: JsonObject): JsonObject {
  const known = { answer: null, answerStatus: null, error: null, endedAt: null, expired: false };
  const { state, createdAt } = job;
  return responseObject({ ...known, id: responseId(job.id), state, createdAt: new Date(createdAt), asked });
}

/** Returns the id of the response that a job makes. */
export function responseId(jobId: string): string {
  return `resp${jobId.slice('job'.length)}`;
}

/** Returns the response object of a job. */
export function toResponse(row: ModelCallRow, { now }: Clock): JsonObject {
  return responseObject({
    id: formatId('resp', row.id),
    state: row.state,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    asked: row.asked ?? {},
    answer: answerOf(row),
    answerStatus: row.result_status,
    error: row.error,
    expired: row.result_expires_at !== null && row.result_expires_at.getTime() <= now(),
  });
}

/** Returns the parsed body of the API's answer; null: there is none, or it is no JSON. */
export function answerOf(row: Pick<ModelCallRow, 'result_body'>): unknown {
  if (row.result_body === null) return null;
  try {
    return JSON.parse(row.result_body.toString('utf8'));
  } catch {
    return null;
  }
}
