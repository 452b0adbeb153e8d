import { toAnswerError } from '#src/client/call/answer-error.ts';
import { encodeBase64 } from '#src/client/call/bytes.ts';
import type { Connection } from '#src/client/call/connection.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { repeatCall } from '#src/client/call/repeat-call.ts';
import { readResponse } from '#src/client/fetch/fetch-response.ts';
import type { Job, JobResult } from '#src/contract/job/job.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { differingParts, readPrint } from './capture-print.ts';
import type { CapturedCall, Resumable } from './capture-types.ts';
import { makeCall, makeOnlyRequest, noRequest, type PrintedRequest } from './only-request.ts';

/** The client methods that a resumption uses. */
export type ResumeCalls = { connection: Pick<Connection, 'fetchLink'>; get(id: string): Promise<Job> };

/** Makes the call again that was captured, with the job's response, and resolves with what the call does. */
export async function resume<T>(calls: ResumeCalls, given: Resumable, make: CapturedCall<T>): Promise<T> {
  const job = await withBody(calls, await readEnded(calls, given));
  const captured = await capturedPrint(calls, job);
  const over = new AbortController();
  const answer = async ({ request, print }: PrintedRequest) => {
    const differing = differingParts(captured, print);
    if (differing.length > 0) throw mismatch(job, differing);
    return readResponse(job, request);
  };
  const resumed = new Promise<T>((resolve, reject) => {
    const only = makeOnlyRequest(answer, reject, over.signal);
    makeCall(make, only.fetch).then((value) => (only.wasMade() ? resolve(value) : reject(noRequest())), reject);
  });
  return resumed.finally(() => over.abort());
}

/** Returns the ended job of an event or a job. Only a thin event needs a call. */
async function readEnded(calls: ResumeCalls, given: Resumable): Promise<Job> {
  const isEvent = 'data' in given;
  const known = isEvent ? given.data : given;
  if (!isTerminal(known.state) || (isEvent && given.type !== `job.${known.state}`)) {
    throw new RingbackError('not_ended', `Job ${known.id} has not ended, or the event is not about its end.`);
  }
  const job = 'result' in known ? known : await calls.get((known as Job).id);
  if (job.result === null && job.resultExpiredAt !== null) throw expired(job, job.resultExpiredAt);
  return job;
}

/** Returns the print of the captured request. A rerun may have lost it, and then the job that it repeats has it. */
async function capturedPrint(calls: ResumeCalls, job: Job): Promise<string> {
  for (let one = job; ; one = await calls.get(one.rerunOf)) {
    const print = readPrint(one);
    if (print !== null) return print;
    if (one.rerunOf === null) throw new RingbackError('capture_mismatch', `Job ${job.id} was not made by capture.`);
  }
}

/** Loads a body that the event left out because of its size. */
async function withBody({ connection }: ResumeCalls, job: Job): Promise<Job> {
  const { result } = job;
  if (result === null || !result.omitted) return job;
  const bytes = await repeatCall(() => loadBody(connection, job, result), 'always');
  return { ...job, result: { ...result, omitted: false, body: encodeBase64(bytes), encoding: 'base64' } };
}

async function loadBody(connection: ResumeCalls['connection'], job: Job, result: JobResult): Promise<Uint8Array> {
  const response = await connection.fetchLink(result.url);
  if (response.status === 404 || response.status === 410) throw expired(job, result.expiresAt);
  if (!response.ok) throw await toAnswerError(response);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new RingbackError('network_error', `The response of job ${job.id} could not be read.`, { cause });
  }
}

function expired(job: Job, at: string): RingbackError {
  return new RingbackError('result_expired', `The response of job ${job.id} was kept until ${at}.`);
}

function mismatch(job: Job, differing: string[]): RingbackError {
  const message = `The request is not the one that was captured as job ${job.id}: another ${differing.join(', ')}.`;
  return new RingbackError('capture_mismatch', `${message} The same call must make the same request.`);
}
