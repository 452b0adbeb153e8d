import { bodyBytes } from '#src/client/call/bytes.ts';
import { JobFailedError, RingbackError } from '#src/client/call/errors.ts';
import type { Job, JobResult } from '#src/contract/job/job.ts';

/**
 * A body in the form that a program needs: the JSON value, else the text, else the bytes of a body that is no text.
 * Null when the body is empty.
 */
export type ResponseData = { isJson: true; data: unknown } | { isJson: false; data: string | Uint8Array | null };

/** Reads a stored body. The body is JSON if it can be parsed as JSON, whatever its content type is. */
export function readData(result: Pick<JobResult, 'body' | 'encoding'> | null): ResponseData {
  if (result === null || result.body === null || result.body === '') return { isJson: false, data: null };
  const { body, encoding } = result;
  const bytes = encoding === 'base64' ? bodyBytes(body, encoding) : null;
  // JSON.parse fails on a byte order mark. The decoder removes the mark by itself.
  const text = bytes === null ? body.replace(/^\uFEFF/, '') : new TextDecoder().decode(bytes);
  try {
    return { isJson: true, data: JSON.parse(text) };
  } catch {
    return { isJson: false, data: bytes ?? body };
  }
}

/**
 * Returns the response of a completed job. Throws JobFailedError when the job ended otherwise. Throws a RingbackError
 * when the response was deleted (`result_expired`) or was never kept (`no_result`).
 */
export function completedResult(job: Job): JobResult {
  if (job.state !== 'completed') throw new JobFailedError(job, readData(job.result).data);
  if (job.result !== null) return job.result;
  if (job.resultExpiredAt === null) throw new RingbackError('no_result', `Job ${job.id} has no response.`);
  throw new RingbackError('result_expired', `The response of job ${job.id} was kept until ${job.resultExpiredAt}.`);
}

/** Returns the body as a JSON value. Throws `not_json`. The message shows no part of the body, which may be secret. */
export function jsonOf(job: Job, result: JobResult): unknown {
  const { isJson, data } = readData(result);
  if (isJson) return data;
  const what = data === null ? 'is empty' : `is ${result.contentType ?? 'of no content type'}`;
  const message = `The response of job ${job.id} (${result.status}) ${what}, not JSON. backgroundFetchResponse gives it as it is.`;
  throw new RingbackError('not_json', message, { status: result.status });
}
