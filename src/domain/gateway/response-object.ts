import type { JobState } from '#src/domain/decide/job-state.ts';

/** The states of a model response, as OpenAI names them. */
export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'incomplete';

export type JsonObject = Record<string, unknown>;

/** A model response as Ringback knows it: its job, what was asked, and what the API answered. */
export type ResponseFacts = {
  /** `resp_…` */
  id: string;
  state: JobState;
  createdAt: Date;
  endedAt: Date | null;
  /** The fields of the request that a response repeats. */
  asked: JsonObject;
  /** The parsed body of the API's answer; null if there is none, or if it is no JSON. */
  answer: unknown;
  /** Status of the API's answer; null: none. */
  answerStatus: number | null;
  /** Why the job failed; null: it did not. */
  error: { code: string; message: string } | null;
  /** True if the answer was kept once and is not any more. */
  expired: boolean;
};

const byState: Readonly<Record<JobState, ResponseStatus>> = {
  scheduled: 'queued',
  queued: 'queued',
  in_progress: 'in_progress',
  retrying: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** What a response holds before anything is known. `output` must be an array, because clients iterate over it. */
const empty: JsonObject = {
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: null,
  output: [],
  parallel_tool_calls: true,
  previous_response_id: null,
  store: true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage: null,
};

/** Returns the whole response object, from creation on. Its id, times and metadata are ours, its content the API's. */
export function responseObject(facts: ResponseFacts): JsonObject {
  const { id, createdAt, endedAt, asked, state } = facts;
  const own = { id, object: 'response', created_at: unixSeconds(createdAt) };
  const begun = { ...own, ...empty, ...asked, ...own };
  if (state !== 'completed') {
    const error = state === 'failed' ? responseError(facts) : null;
    return { ...begun, status: byState[state], completed_at: null, error };
  }
  const completedAt = endedAt === null ? null : unixSeconds(endedAt);
  const answer = answerObject(facts);
  if (answer === null) {
    const error = facts.expired ? expiredError : noResponse;
    return { ...begun, status: 'failed', completed_at: completedAt, error };
  }
  const { background = false, metadata = {} } = asked;
  return {
    ...begun,
    ...answer,
    ...own,
    background,
    metadata,
    status: statusOfAnswer(answer),
    completed_at: completedAt,
  };
}

const expiredError = {
  code: 'server_error',
  message: 'The output of this response was kept as long as asked, and is gone.',
};
const noResponse = { code: 'server_error', message: 'The API answered with something that is no response object.' };

function answerObject({ answer }: ResponseFacts): JsonObject | null {
  return isObject(answer) && Array.isArray(answer.output) ? answer : null;
}

/** Returns the status that an API's response object says, and `completed` if it says none that is final. */
export function statusOfAnswer(answer: unknown): 'completed' | 'failed' | 'incomplete' | 'cancelled' {
  const status = isObject(answer) ? answer.status : null;
  return status === 'failed' || status === 'incomplete' || status === 'cancelled' ? status : 'completed';
}

/** The codes that clients know from the types of OpenAI's package. Others are passed on as the API sent them. */
function responseError({ answer, answerStatus, error }: ResponseFacts): JsonObject {
  const code = answerStatus === 429 ? 'rate_limit_exceeded' : 'server_error';
  const said = isObject(answer) && isObject(answer.error) ? answer.error : null;
  if (said !== null && typeof said.message === 'string') {
    return { code: typeof said.code === 'string' ? said.code : code, message: said.message };
  }
  return { code, message: error === null ? 'The request failed.' : error.message };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
