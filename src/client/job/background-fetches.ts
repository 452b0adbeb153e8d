import type { Job } from '#src/contract/job/job.ts';
import type { FetchArguments } from './background-request.ts';
import { completedResult, jsonOf, readData } from './response-data.ts';

/** A response with its status and headers. */
export type BackgroundFetchResponse<T> = { status: number; data: T; headers: Record<string, string> };

/** Makes the background fetches of a run. `ended` makes the request's job, or finds it, and resolves when it has ended. */
export function makeBackgroundFetches(ended: (args: FetchArguments) => Promise<Job>) {
  return {
    async backgroundFetch<T>(...args: FetchArguments): Promise<T> {
      const job = await ended(args);
      return jsonOf(job, completedResult(job)) as T;
    },
    async backgroundFetchResponse<T>(...args: FetchArguments): Promise<BackgroundFetchResponse<T>> {
      const result = completedResult(await ended(args));
      return { status: result.status, data: readData(result).data as T, headers: result.headers };
    },
  };
}
