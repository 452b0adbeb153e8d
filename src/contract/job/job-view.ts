import type { Decision, DeliveryError } from '#src/domain/decide/decision.ts';
import type { OutcomeKind, Timings } from '#src/domain/decide/outcome.ts';
import type { Policy } from '#src/domain/policy/policy.ts';
import type { Attempt, BodyView, Delivery, Job, JobResult } from './job.ts';

/** The beginning of a body: `size` is how long all of it is, in bytes, and `bodyCut` says that more of it is kept. */
export type BodyStart = BodyView & { size: number; bodyCut: boolean };

/** An attempt without what was sent back: that is read with `jobs.attempt`. Times are ISO 8601 UTC. */
export type AttemptLine = {
  id: string;
  /** 1 for the first. */
  number: number;
  startedAt: string;
  endedAt: string;
  outcome: OutcomeKind;
  status: number | null;
  failure: { code: string; message: string } | null;
  timings: Timings | null;
  decision: Decision | null;
};

/** A delivery of a job's event, with its tries. */
export type DeliveryLine = Delivery & {
  /** The registered endpoint it goes to; null for a URL given with the job. */
  endpoint: { id: string; name: string } | null;
  error: DeliveryError | null;
  tries: AttemptLine[];
};

/** What is left of something that is kept for a time: `until` is null while that is not known yet. */
export type Keeping = { state: 'none' | 'kept' | 'erased'; until: string | null };

/** How a job was asked to be run, defaults filled in. */
export type JobSettings = {
  timeoutMs: number;
  redirect: 'follow' | 'manual';
  sendIdempotencyKey: boolean;
  resultTtlSeconds: number;
  /** Null: 0 after `completed` and `cancelled`, 86,400 after `failed`. */
  keepSecretsSeconds: number | null;
  deadlineSeconds: number | null;
  redact: { query: string[]; body: string[]; response: string[] };
  /** The callback's own delays between tries; null: the default, or the endpoint's. */
  callbackScheduleSeconds: number[] | null;
};

/** What `jobs.view` answers: all that the page of a job shows at first, however large its bodies are. */
export type JobView = {
  /** The job; of its result's body only the first 64 KiB. */
  job: Omit<Job, 'result'> & { result: (JobResult & { bodyCut: boolean }) | null };
  /** The name of the API key it was submitted with; null: from the dashboard, or the key is gone. */
  apiKeyName: string | null;
  /** The newest job that this one was run again as, among the newest of its host. */
  rerunAs: string | null;
  /** The request body; read it with `jobs.body`. */
  body: Keeping;
  /** The real values of what is masked in the request. */
  secrets: Keeping;
  settings: JobSettings;
  policy: Policy;
  attempts: AttemptLine[];
  /** The last attempt in full. */
  latest: Attempt | null;
  deliveries: DeliveryLine[];
};
