import { bodyBytes } from '#src/client/call/bytes.ts';
import { JobFailedError, RingbackError } from '#src/client/call/errors.ts';
import type { Job, JobResult } from '#src/contract/job/job.ts';

/** A body as a program wants it: the value if it is JSON, else its text, or its bytes when it is no text; null if empty. */
export type ResponseData = { isJson: true; data: unknown } | { isJson: false; data: string | Uint8Array | null };

/** Reads a stored body. Whether it is JSON is decided by parsing it, whatever its content type says. */
export function readData(result: Pick<JobResult, 'body' | 'encoding'> | null): ResponseData {
  if (result === null || result.body === null || result.body === '') return { isJson: false, data: null };
  const { body, encoding } = result;
  const bytes = encoding === 'base64' ? bodyBytes(body, encoding) : null;
  // JSON.parse stumbles over a byte order mark; the decoder takes it off.
  const text = bytes === null ? body.replace(/^\uFEFF/, '') : new TextDecoder().decode(bytes);
  try {
    return { isJson: true, data: JSON.parse(text) };
  } catch {
    return { isJson: false, data: bytes ?? body };
  }
}

/**
 * The response of a job that completed. Throws JobFailedError when it ended otherwise, and a RingbackError when the
 * response is gone (`result_expired`) or was never kept (`no_result`).
 */
export function completedResult(job: Job): JobResult {
  if (job.state !== 'completed') throw new JobFailedError(job, readData(job.result).data);
  if (job.result !== null) return job.result;
  if (job.resultExpiredAt === null) throw new RingbackError('no_result', `Job ${job.id} has no response.`);
  throw new RingbackError('result_expired', `The response of job ${job.id} was kept until ${job.resultExpiredAt}.`);
}

/** The body as a JSON value. Throws `not_json`; the message shows nothing of the body, which may be secret. */
export function jsonOf(job: Job, result: JobResult): unknown {
  const { isJson, data } = readData(result);
  if (isJson) return data;
  const what = data === null ? 'is empty' : `is ${result.contentType ?? 'of no content type'}`;
  const message = `The response of job ${job.id} (${result.status}) ${what}, not JSON. backgroundFetchResponse gives it as it is.`;
  throw new RingbackError('not_json', message, { status: result.status });
}
