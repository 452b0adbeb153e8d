import type { CallOptions, JobCalls } from '#src/client/job/job-calls.ts';
import { type HeadersLike, toHeadersInput } from '#src/client/job/submit-request.ts';
import type { UpdatedUpstream, Upstream, UpstreamTest } from '#src/contract/upstream/upstream.ts';
import type { UpstreamEdits, UpstreamInput } from '#src/contract/upstream/upstream-input.ts';

/** The upstream that `create` takes. */
export type UpstreamRequest = Omit<UpstreamInput, 'baseUrl' | 'headers'> & {
  baseUrl: string | URL;
  /** Headers that workers add to each request. A value may be a `redactString`. */
  headers?: HeadersLike | undefined;
};

/** Changes of an upstream. What is not given stays; in `headers`, null removes a name. */
export type UpstreamChanges = Omit<UpstreamEdits, 'id' | 'baseUrl' | 'headers'> & {
  baseUrl?: string | URL | undefined;
  headers?: UpstreamEdits['headers'];
};

/** Calls about upstreams. `id` is the id of an upstream or its name. */
export type UpstreamCalls = {
  /** Makes an upstream. The call is repeated only after a 429. */
  create(upstream: UpstreamRequest, options?: CallOptions): Promise<Upstream>;
  /** Returns an upstream, with secret headers masked. */
  get(id: string, options?: CallOptions): Promise<Upstream>;
  /** Returns all upstreams of the project by their names. */
  list(options?: CallOptions): Promise<Upstream[]>;
  /**
   * Changes an upstream. Jobs that wait get new credentials with their next attempt. With a `name` the call is repeated
   * only after a 429, since the old name may be gone.
   */
  update(id: string, changes: UpstreamChanges, options?: CallOptions): Promise<UpdatedUpstream>;
  /** Asks the upstream with its credentials, and tells what it answered. The call is repeated only after a 429. */
  test(id: string, input?: { path?: string | undefined }, options?: CallOptions): Promise<UpstreamTest>;
  /** Deletes an upstream of which no job waits or runs. The call is repeated only after a 429. */
  delete(id: string, options?: CallOptions): Promise<{ id: string }>;
};

/** Makes the calls about upstreams. */
export function makeUpstreamCalls({ call }: JobCalls): UpstreamCalls {
  return {
    create: async ({ headers, baseUrl, ...upstream }, options) => {
      const input = { ...upstream, baseUrl: `${baseUrl}`, headers: headers && toHeadersInput(headers) };
      return call((trpc, rest) => trpc.upstreams.create.mutate(input, rest), 'when_refused', options);
    },
    get: async (id, options) => call((trpc, rest) => trpc.upstreams.get.query({ id }, rest), 'always', options),
    list: async (options) =>
      (await call((trpc, rest) => trpc.upstreams.list.query(undefined, rest), 'always', options)).upstreams,
    update: async (id, { baseUrl, ...changes }, options) => {
      const input = { ...changes, id, baseUrl: baseUrl && `${baseUrl}` };
      return call(
        (trpc, rest) => trpc.upstreams.update.mutate(input, rest),
        input.name ? 'when_refused' : 'always',
        options,
      );
    },
    test: async (id, input, options) =>
      call((trpc, rest) => trpc.upstreams.test.mutate({ ...input, id }, rest), 'when_refused', options),
    delete: async (id, options) =>
      call((trpc, rest) => trpc.upstreams.delete.mutate({ id }, rest), 'when_refused', options),
  };
}
