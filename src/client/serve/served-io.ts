import { JobFailedError, RingbackError } from '#src/client/call/errors.ts';
import { makeBackgroundFetches } from '#src/client/job/background-fetches.ts';
import {
  type CacheKey,
  type FetchArguments,
  inCallersWords,
  toRequest,
  withWrittenBody,
} from '#src/client/job/background-request.ts';
import type { SubmitRequest } from '#src/client/job/submit-request.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { RunEntry } from '#src/contract/run/run-turn.ts';
import type { Duration } from '#src/contract/submit/retry-input.ts';
import { runLimits } from '#src/domain/limits.ts';
import { askForJob } from './ask-for-job.ts';
import { callbackUrlOf } from './callback-url.ts';
import type { Invocation } from './invocation.ts';
import type { CallbackWaitOptions, ServedIo } from './serve-types.ts';
import { makeServedFetch } from './served-fetch.ts';

/** Makes what the handler of a run works with in one entry. */
export function makeServedIo(
  runId: string,
  invocation: Invocation,
  entry: Extract<RunEntry, { state: 'entered' }>,
): ServedIo {
  let sleeps = 0;
  const ended = async (args: FetchArguments): Promise<Job> => {
    const [cacheKey] = args;
    args[2]?.signal?.throwIfAborted();
    const request = await invocation.prepare(async () => toRequest(runId, await withWrittenBody(args)));
    try {
      return await askForJob(invocation, keyText(cacheKey), request, nameOf(request));
    } catch (error) {
      throw error instanceof JobFailedError ? error : inCallersWords(error, args);
    }
  };
  return {
    runId,
    ...makeBackgroundFetches(ended),
    fetch: makeServedFetch(invocation),
    async step<T>(key: string, work: () => Promise<T> | T): Promise<T> {
      const result = await invocation.work(key, async () => writeResult(await work()));
      return (result === null ? undefined : JSON.parse(result)) as T;
    },
    async sleep(...args: [key: string, duration: Duration] | [duration: Duration]): Promise<void> {
      const [key, duration] = args.length === 2 ? args : [`sleep-${++sleeps}`, args[0]];
      await invocation.ask({ kind: 'sleep', key, duration });
    },
    callbackUrl: (key) => invocation.prepare(() => callbackUrlOf(entry, key)),
    async waitForCallback<T>(key: string, { timeout }: CallbackWaitOptions = {}): Promise<T> {
      const { result } = await invocation.ask({ kind: 'callback', key, timeout: timeout ?? null });
      if (result !== null) return JSON.parse(result) as T;
      throw new RingbackError('callback_timeout', `Nothing was sent to the callback "${key}" in time.`);
    },
  };
}

/** Returns method and URL without its query, as Ringback keeps them. */
function nameOf({ url, method, body }: SubmitRequest): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { href } = new URL(url);
  return `${(method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase()} ${href.split('?', 1)[0]}`;
}

function keyText(key: CacheKey): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

/** Writes a result as JSON; null stands for undefined. */
function writeResult(value: unknown): string | null {
  let text: string | null;
  try {
    text = JSON.stringify(value) ?? null;
  } catch (cause) {
    throw new RingbackError('invalid_input', 'The result of a step must be JSON, and this one is not.', { cause });
  }
  const size = new TextEncoder().encode(text ?? '').length;
  if (size <= runLimits.resultBytes) return text;
  const most = runLimits.resultBytes.toLocaleString('en-US');
  throw new RingbackError('invalid_input', `The result of a step must be at most ${most} bytes of JSON, not ${size}.`);
}
