import { type Connection, connect, type RingbackOptions } from '#src/client/call/connection.ts';
import { readEnvironment } from '#src/client/call/environment.ts';
import { patientRetries, type Repeatable, repeatCall } from '#src/client/call/repeat-call.ts';
import { createTrpc, type RingbackTrpc } from '#src/client/call/trpc-client.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { type SubmitRequest, toSubmitInput } from './submit-request.ts';
import { submitAndWait, type WaitOptions, waitForJob } from './wait-for-job.ts';

/** The options of a single call. */
export type CallOptions = {
  /** Aborts the call. The promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
};

type Send<T> = (trpc: RingbackTrpc, rest: { signal?: AbortSignal }) => Promise<T>;

/** The calls of a client that runs and fetches need too. */
export type JobCalls = {
  readonly connection: Connection;
  /** True if there is a URL to call: a given one, or `RINGBACK_URL`. */
  isConfigured(): boolean;
  /** Returns the tRPC client. Throws `missing_setting` when there is no URL. */
  trpc(): RingbackTrpc;
  /** Makes a call, and repeats it up to three times if that cannot do a thing twice. */
  call<T>(send: Send<T>, repeatable: Repeatable, options?: CallOptions, mostRetries?: number): Promise<T>;
  submit(request: SubmitRequest, options?: CallOptions, mostRetries?: number): Promise<SubmittedJob>;
  /** Submits for a caller that waits for the end anyway: it is tried for about half a minute. */
  submitPatiently(request: SubmitRequest, options?: CallOptions): Promise<SubmittedJob>;
  /**
   * Submits as `submitPatiently` does, and resolves with the job when it has ended. One request does both where that
   * takes less than 25 s.
   */
  submitAndWait(request: SubmitRequest, options?: CallOptions): Promise<Job>;
  wait(id: string, options?: WaitOptions): Promise<Job>;
  cancel(id: string, options?: CallOptions): Promise<Job>;
};

/** Makes the calls for the Ringback of these settings. Settings are read at each call. */
export function makeJobCalls(settings: RingbackOptions): JobCalls {
  const connection = connect(settings);
  let made: RingbackTrpc;
  let madeFor: string | undefined;
  const trpc = () => {
    const url = connection.url();
    if (url !== madeFor) made = createTrpc(connection);
    madeFor = url;
    return made;
  };
  const call: JobCalls['call'] = (send, repeatable, options = {}, mostRetries) => {
    const { signal } = options;
    const rest = signal === undefined ? {} : { signal };
    return repeatCall(() => send(trpc(), rest), repeatable, signal, mostRetries);
  };
  const submit: JobCalls['submit'] = async (request, options, mostRetries) => {
    const input = withKey(toSubmitInput(request));
    return call((client, rest) => client.jobs.submit.mutate(input, rest), 'always', options, mostRetries);
  };
  return {
    connection,
    isConfigured: () => (settings.url ?? readEnvironment().url) !== undefined,
    trpc,
    call,
    submit,
    submitPatiently: (request, options) => submit(request, options, patientRetries),
    async submitAndWait(request, options = {}) {
      const input = withKey(toSubmitInput(request));
      return submitAndWait(connection, input, options);
    },
    wait: (id, options) => waitForJob(connection, id, options),
    cancel: async (id, options) => call((client, rest) => client.jobs.cancel.mutate({ id }, rest), 'always', options),
  };
}

/** Gives an input without an idempotency key one of its own, so that it can be sent again. */
export function withKey<T extends { idempotencyKey?: string | undefined }>(input: T): T {
  return input.idempotencyKey === undefined ? { ...input, idempotencyKey: newKey() } : input;
}

/** Returns a key that no other job has. */
export function newKey(): string {
  // crypto.randomUUID is missing on pages served over plain http.
  return `auto-${uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(16)))}`;
}
