import type { CallOptions, JobCalls } from '#src/client/job/job-calls.ts';
import { type HeadersLike, toHeadersInput } from '#src/client/job/submit-request.ts';
import type {
  CreatedEndpoint,
  DeletedEndpoint,
  Endpoint,
  RotatedSecret,
  TestDelivery,
  UpdatedEndpoint,
} from '#src/contract/endpoint/endpoint.ts';
import type { EndpointEdits, EndpointInput, RotateInput } from '#src/contract/endpoint/endpoint-input.ts';

/** The webhook receiver that `create` registers. */
export type EndpointRequest = Omit<EndpointInput, 'url' | 'headers'> & {
  url: string | URL;
  /** Headers sent with every delivery. A value may be a `redactString`. */
  headers?: HeadersLike | undefined;
};

/** Changes of an endpoint. What is not given stays; in `headers`, null removes a name. */
export type EndpointChanges = Omit<EndpointEdits, 'url'> & { url?: string | URL | undefined };

/** Calls about endpoints: webhook receivers that are registered once. Changes need the scope `callbacks:admin`. */
export type EndpointCalls = {
  /** Registers a receiver. Its secret is answered this once. The call is repeated only after a 429. */
  create(endpoint: EndpointRequest, options?: CallOptions): Promise<CreatedEndpoint>;
  /** Returns an endpoint with its health, secret headers masked. */
  get(id: string, options?: CallOptions): Promise<Endpoint>;
  /** Returns the registered endpoints of the project. */
  list(options?: CallOptions): Promise<Endpoint[]>;
  /** Changes an endpoint, also for what waits. Secret headers are deleted when the URL gets another origin. */
  update(id: string, changes: EndpointChanges, options?: CallOptions): Promise<UpdatedEndpoint>;
  /** Sends a test event. The call is repeated only after a 429. */
  test(id: string, options?: CallOptions): Promise<TestDelivery>;
  /** Makes a new signing secret, answered this once. The call is repeated only after a 429. */
  rotateSecret(id: string, input?: RotateInput, options?: CallOptions): Promise<RotatedSecret>;
  /** Deletes an endpoint and cancels what waits for it. The call is repeated only after a 429. */
  delete(id: string, options?: CallOptions): Promise<DeletedEndpoint>;
};

/** Makes the calls about endpoints. */
export function makeEndpointCalls({ call }: JobCalls): EndpointCalls {
  return {
    create: async ({ headers, url, ...endpoint }, options) => {
      const input = { ...endpoint, url: `${url}`, headers: headers && toHeadersInput(headers) };
      return call((trpc, rest) => trpc.endpoints.create.mutate(input, rest), 'when_refused', options);
    },
    get: async (id, options) => call((trpc, rest) => trpc.endpoints.get.query({ id }, rest), 'always', options),
    list: async (options) =>
      (await call((trpc, rest) => trpc.endpoints.list.query(undefined, rest), 'always', options)).endpoints,
    update: async (id, { url, ...changes }, options) => {
      const input = { ...changes, id, ...(url && { url: `${url}` }) };
      return call((trpc, rest) => trpc.endpoints.update.mutate(input, rest), 'always', options);
    },
    test: async (id, options) =>
      call((trpc, rest) => trpc.endpoints.test.mutate({ id }, rest), 'when_refused', options),
    rotateSecret: async (id, input, options) =>
      call((trpc, rest) => trpc.endpoints.rotateSecret.mutate({ ...input, id }, rest), 'when_refused', options),
    delete: async (id, options) =>
      call((trpc, rest) => trpc.endpoints.delete.mutate({ id }, rest), 'when_refused', options),
  };
}
