import type { Decision, JobError } from '#src/domain/decide/decision.ts';
import type { DeliveryState, JobState, WaitReason } from '#src/domain/decide/job-state.ts';
import type { OutcomeKind, RedirectHop, Timings } from '#src/domain/decide/outcome.ts';
import type { JsonValue, Policy } from '#src/domain/policy/policy.ts';

/** A response body on the wire: text when the bytes are UTF-8 of a textual type, base64 otherwise. */
export type BodyView = { body: string | null; encoding: 'utf8' | 'base64' };

/** The final response, kept until `expiresAt`. */
export type JobResult = BodyView & {
  status: number;
  /** Response headers with secrets masked; repeated fields joined by `, `. */
  headers: Record<string, string>;
  contentType: string | null;
  /** Bytes kept. */
  size: number;
  /** True when the response was longer than the limit and only its beginning was kept. */
  truncated: boolean;
  /** True in a callback whose body was left out for its size; `url` leads to it. */
  omitted: boolean;
  /** Answers the raw bytes until `expiresAt`, without an API key: whoever has the link can read them. */
  url: string;
  expiresAt: string;
};

/** Where a job reports its end. Header values that are secrets are masked. */
export type CallbackView = {
  /** Null when a registered endpoint is named. */
  url: string | null;
  /** The endpoint's name. */
  endpoint: string | null;
  events: string[];
  headers: Record<string, string>;
  payload: 'full' | 'thin';
};

/** A job as `jobs.get`, REST and callbacks show it: one shape for all of them. Times are ISO 8601 UTC. */
export type Job = {
  id: string;
  state: JobState;
  waitReason: WaitReason | null;
  method: string;
  /** Query parameters named in `redact.query` are masked. */
  url: string;
  headers: Record<string, string>;
  labels: string[];
  metadata: JsonValue;
  /** Attempts made so far. */
  attempts: number;
  maxAttempts: number;
  createdAt: string;
  runAt: string | null;
  deadlineAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  nextAttemptAt: string | null;
  result: JobResult | null;
  /** When the result's retention ended, once it has. */
  resultExpiredAt: string | null;
  error: JobError | null;
  callback: CallbackView | null;
  idempotencyKey: string | null;
  rerunOf: string | null;
};

/** A job as submitting answers it; `replayed` when an idempotency key led to a job that was there before. */
export type SubmittedJob = Job & { replayed: boolean };

/** A row of `jobs.list`: a job without headers, metadata, result body and callback. */
export type JobSummary = Pick<
  Job,
  | 'id'
  | 'state'
  | 'waitReason'
  | 'method'
  | 'url'
  | 'labels'
  | 'attempts'
  | 'maxAttempts'
  | 'createdAt'
  | 'startedAt'
  | 'endedAt'
  | 'nextAttemptAt'
  | 'error'
  | 'rerunOf'
> & {
  /** The last response's status, if there was one. */
  status: number | null;
  resultExpiresAt: string | null;
  resultExpiredAt: string | null;
  /** The last eight attempts' outcomes, oldest first. */
  recentAttempts: { outcome: OutcomeKind; status: number | null }[];
};

/** A page of `jobs.list`, newest first. */
export type JobPage = {
  jobs: JobSummary[];
  /** Pass it on as `cursor` for what is older; null: nothing is. */
  nextCursor: string | null;
  /** Pass it on as `before` for what is newer; null: this is the newest page. */
  previousCursor: string | null;
  /**
   * Null: the page holds all it can. Else the search for a filter that no index answers was given up here, and the page has
   * fewer jobs than it could have: up to this instant nothing was missed, and the cursor searches on from it. ISO 8601.
   */
  searchedTo: string | null;
};

/** One try at a job's request or at a delivery, with the rule that decided what followed and why. */
export type Attempt = {
  id: string;
  /** 1 for the first. */
  number: number;
  startedAt: string;
  endedAt: string;
  outcome: OutcomeKind;
  status: number | null;
  /** Masked. */
  responseHeaders: Record<string, string> | null;
  /** The first 16 KiB of a response that is not the job's result. `size` is what came or was announced, at least. */
  response: (BodyView & { size: number; truncated: boolean }) | null;
  /** Set when there was no response: what went wrong. */
  failure: { code: string; message: string } | null;
  timings: Timings | null;
  redirects: RedirectHop[];
  remoteAddress: string | null;
  worker: string;
  decision: Decision | null;
};

/** The sending of one event to one receiver. */
export type Delivery = {
  id: string;
  eventId: string;
  type: string;
  state: DeliveryState;
  url: string;
  attempts: number;
  nextAttemptAt: string | null;
  createdAt: string;
  endedAt: string | null;
};

/** What `jobs.attempts` answers: both lanes of the waterfall and the policy that decided. */
export type JobAttempts = {
  attempts: Attempt[];
  deliveries: (Delivery & { tries: Attempt[] })[];
  policy: Policy;
};
