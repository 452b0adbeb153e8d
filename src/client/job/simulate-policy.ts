import { isJsonAnswer, notRingback, toAnswerError } from '#src/client/call/answer-error.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import type { SimulateAnswer, SimulatedOutcome, SimulateInput } from '#src/contract/simulate/simulation.ts';
import type { CallOptions, JobCalls } from './job-calls.ts';
import { type SubmitEdits, toSubmitInput } from './submit-request.ts';

/** The options of `simulate`. */
export type SimulateOptions = CallOptions & {
  /** Time at which the first attempt starts, for headers that name an instant. Default: now. */
  startAt?: Date | string | undefined;
};

/** Stands for the URL of a job without one. Nothing is sent to it. */
const anyUrl = 'https://api.example.com/';

/** Asks what a policy does with these outcomes. See `Ringback.simulate`. */
export function simulatePolicy(
  { call, connection }: Pick<JobCalls, 'call' | 'connection'>,
  job: SubmitEdits,
  outcomes: readonly SimulatedOutcome[],
  { startAt, ...options }: SimulateOptions,
): Promise<SimulateAnswer> {
  const start = startAt instanceof Date ? startAt.toISOString() : startAt;
  const input: SimulateInput = {
    job: toSubmitInput({ url: anyUrl, ...job }),
    outcomes: [...outcomes],
    ...(start === undefined ? {} : { startAt: start }),
  };
  // Responses with bodies can be too long for the URL of a query, so the call goes over REST.
  return call((_, { signal }) => send(connection, JSON.stringify(input), signal), 'always', options);
}

async function send(
  connection: JobCalls['connection'],
  body: string,
  signal: AbortSignal | undefined,
): Promise<SimulateAnswer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const init = { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) };
  try {
    const response = await connection.fetch(`${connection.url()}/v1/retry/simulate`, init);
    if (!response.ok) throw await toAnswerError(response);
    if (!isJsonAnswer(response)) throw notRingback(response);
    return (await response.json()) as SimulateAnswer;
  } catch (error) {
    if (error instanceof RingbackError || signal?.aborted) throw error;
    throw new RingbackError('network_error', 'Ringback could not be reached.', { cause: error });
  }
}
