import type { Decision, DeliveryError } from '#src/domain/decide/decision.ts';
import type { OutcomeKind, Timings } from '#src/domain/decide/outcome.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import type { Attempt, BodyView, Delivery, Job, JobResult } from './job.ts';

/**
 * The beginning of a body. `size` is the length of the whole body in bytes; `bodyCut` is true if more of it is kept.
 */
export type BodyStart = BodyView & { size: number; bodyCut: boolean };

/** An attempt without the response; `jobs.attempt` returns that. Times are ISO 8601 UTC. */
export type AttemptLine = {
  id: string;
  /** Number of the attempt; 1 is the first. */
  number: number;
  startedAt: string;
  endedAt: string;
  outcome: OutcomeKind;
  status: number | null;
  failure: { code: string; message: string } | null;
  timings: Timings | null;
  decision: Decision | null;
};

/** A delivery of a job's event. `tries` holds its attempts. */
export type DeliveryLine = Delivery & {
  /** Registered endpoint of the delivery, or that of a `ringback listen`; null for a URL given with the job. */
  endpoint: { id: string; name: string; listener: boolean } | null;
  error: DeliveryError | null;
  tries: AttemptLine[];
};

/** State of something that is kept for a time. `until` is null while its end is not known yet. */
export type Keeping = { state: 'none' | 'kept' | 'erased'; until: string | null };

/** The settings that a job was submitted with, with defaults filled in. */
export type JobSettings = {
  timeoutMs: number;
  redirect: 'follow' | 'manual';
  sendIdempotencyKey: boolean;
  resultTtlSeconds: number;
  /** Seconds; null: 0 after `completed` and `cancelled`, 86,400 after `failed`. */
  keepSecretsSeconds: number | null;
  deadlineSeconds: number | null;
  redact: { query: string[]; body: string[]; response: string[] };
  /** The callback's own delays between attempts; null: the endpoint's, or the default. */
  callbackScheduleSeconds: number[] | null;
};

/** A job that a gateway has taken as a call of a model API. */
export type ModelCall = {
  /** The gateway and its operation: `responses`, `proxy`, or `bifrost/` with a path. */
  gateway: string;
  /** Id of the model response; null: the call makes none. */
  responseId: string | null;
  /** Model as the API knows it; null: none was named. */
  model: string | null;
  /** Tokens as the API counted them; null: it has not, or not yet. */
  inputTokens: number | null;
  outputTokens: number | null;
};

/** Answer of `jobs.view`: everything that the page of a job shows at first. Large bodies do not make it larger. */
export type JobView = {
  /** The job, with only the first 64 KiB of its result's body. */
  job: Omit<Job, 'result'> & { result: (JobResult & { bodyCut: boolean }) | null };
  /** Name of the API key that submitted the job; null: the dashboard submitted it, or the key is gone. */
  apiKeyName: string | null;
  /** The newest rerun of this job, looked for among the newest jobs of its host. */
  rerunAs: string | null;
  /** The run of which the job is a turn or a step. */
  runId: string | null;
  /** The upstream that the job was made for; null: none. Its name is the one that it has now; null: it was removed. */
  upstream: { id: string; name: string | null } | null;
  /** What a gateway knows of the job; null: it was submitted as a job. */
  call: ModelCall | null;
  /** State of the request body; `jobs.body` returns the body. */
  body: Keeping;
  /** State of the real values of what is masked in the request. */
  secrets: Keeping;
  settings: JobSettings;
  policy: Policy;
  attempts: AttemptLine[];
  /** The last attempt in full. */
  latest: Attempt | null;
  deliveries: DeliveryLine[];
};
