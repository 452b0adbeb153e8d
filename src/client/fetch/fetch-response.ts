import { bodyBytes } from '#src/client/call/bytes.ts';
import { JobFailedError, RingbackError } from '#src/client/call/errors.ts';
import type { Job, JobResult } from '#src/contract/job/job.ts';
import type { FetchRequest } from './fetch-request.ts';
import { statusText } from './status-text.ts';

/**
 * The headers about the bytes on the wire. A Response has the decoded body, and SDKs that see these headers decode it
 * again or cut it.
 */
const ofTheWire = ['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'];

/** The statuses whose Response must not have a body. */
const bodiless = new Set([101, 103, 204, 205, 304]);

/** Returns the response of an ended job. Throws a TypeError `fetch failed` when there was none. */
export function readResponse(job: Job, request: FetchRequest): Response {
  const { result } = job;
  const wasCut = result?.truncated === true && job.state !== 'completed';
  if (result !== null && !wasCut) return toResponse(result, request);
  if (job.state !== 'completed') throw fetchFailed(new JobFailedError(job, null));
  if (job.resultExpiredAt === null) throw new RingbackError('no_result', `Job ${job.id} has no response.`);
  throw new RingbackError('result_expired', `The response of job ${job.id} was kept until ${job.resultExpiredAt}.`);
}

/** Returns the error that `fetch` rejects with when there is no response. Libraries know it by its message. */
export function fetchFailed(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause });
}

function toResponse(result: JobResult, { url, method, redirect }: FetchRequest): Response {
  const { status } = result;
  const headers = readHeaders(result.headers, method === 'HEAD');
  if (redirect === 'error' && status >= 300 && status < 400 && headers.has('location')) {
    throw fetchFailed(Object.assign(new Error('unexpected redirect'), { code: 'unexpected_redirect' }));
  }
  // Ringback has retried by its rules. SDKs that know this header do not repeat the request on top of that.
  if (status >= 400) headers.set('x-should-retry', 'false');
  const bytes = result.body === null ? new Uint8Array() : bodyBytes(result.body, result.encoding);
  if (bytes.length === 0 && result.headers['content-length'] === '0') headers.set('content-length', '0');
  const hasBody = !bodiless.has(status) && method !== 'HEAD';
  const init = { status: Math.min(status, 599), statusText: statusText(status), headers };
  const response = new Response(hasBody ? (bytes as Uint8Array<ArrayBuffer>) : null, init);
  return withFacts(response, { url, status, ok: status >= 200 && status < 300 });
}

function readHeaders(given: Record<string, string>, isHead: boolean): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    const isLength = name === 'content-length' && isHead;
    if (!isLength && ofTheWire.includes(name)) continue;
    try {
      headers.append(name, value);
    } catch {
      // The target sent a name or a value that no Headers can hold. The platform's `fetch` would have failed.
    }
  }
  return headers;
}

/** Sets what the constructor of a Response cannot set. A clone has it too. */
function withFacts(response: Response, facts: { url: string; status: number; ok: boolean }): Response {
  const clone = () => withFacts(Response.prototype.clone.call(response), facts);
  for (const [name, value] of Object.entries({ ...facts, clone })) {
    Object.defineProperty(response, name, { value, configurable: true });
  }
  return response;
}
