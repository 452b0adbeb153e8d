import type { Decision, JobError, JobErrorCode } from '#src/domain/decide/decision.ts';
import type { DeliveryState, JobState, WaitReason } from '#src/domain/decide/job-state.ts';
import type { OutcomeKind, RedirectHop, Timings } from '#src/domain/decide/outcome.ts';
import type { JsonValue, Policy } from '#src/domain/policy/policy.ts';

/** A response body in an answer: as text if the bytes are UTF-8 of a textual type, otherwise as base64. */
export type BodyView = { body: string | null; encoding: 'utf8' | 'base64' };

/** The final response, kept until `expiresAt`. */
export type JobResult = BodyView & {
  status: number;
  /** Response headers; secrets are masked, and repeated fields are joined by `, `. */
  headers: Record<string, string>;
  contentType: string | null;
  /** Number of bytes kept. */
  size: number;
  /** True if the response was longer than the limit and only its beginning was kept. */
  truncated: boolean;
  /** True in a callback that leaves the body out because of its size; `url` returns it. */
  omitted: boolean;
  /** Link that returns the raw bytes until `expiresAt`. It needs no API key: whoever has the link can read them. */
  url: string;
  expiresAt: string;
};

/** Callback of a job. Secret header values are masked. */
export type CallbackView = {
  /** URL; null when a registered endpoint is named. */
  url: string | null;
  /** Name of the endpoint. */
  endpoint: string | null;
  events: string[];
  headers: Record<string, string>;
  payload: 'full' | 'thin';
};

/** A job as `jobs.get`, REST and callbacks show it. All of them use this shape. Times are ISO 8601 UTC. */
export type Job = {
  id: string;
  state: JobState;
  waitReason: WaitReason | null;
  method: string;
  /** URL in which the query parameters named in `redact.query` are masked. */
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
  /** Time when the result expired; null while it has not. */
  resultExpiredAt: string | null;
  error: JobError | null;
  /** Why the last attempt failed, while the job goes on; null before one has, and from the end on. */
  lastFailure: { code: JobErrorCode; message: string } | null;
  callback: CallbackView | null;
  idempotencyKey: string | null;
  rerunOf: string | null;
  priority: number;
  /** Key of the job's flow. */
  flow: string | null;
  /** Run of `serve` that the job belongs to, as one of its requests or turns. */
  run: string | null;
  /** Name of the upstream that the job was made for. */
  upstream: string | null;
};

/** Answer to submitting a job. `replayed` is true if the idempotency key led to an existing job. */
export type SubmittedJob = Job & { replayed: boolean };

/** A row of `jobs.list`: a job without headers, result body and callback. */
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
  | 'lastFailure'
  | 'rerunOf'
> & {
  /** Status of the last response, if there was one. */
  status: number | null;
  resultExpiresAt: string | null;
  resultExpiredAt: string | null;
  /** Outcomes of the last eight attempts, oldest first. */
  recentAttempts: { outcome: OutcomeKind; status: number | null }[];
  /** Values of the metadata at the paths that were asked for, as text; null where there is none. */
  metadata?: Record<string, string | null> | undefined;
};

/** A page of `jobs.list`, newest first. */
export type JobPage = {
  jobs: JobSummary[];
  /** `cursor` for the older rows; null: there are none. */
  nextCursor: string | null;
  /** `before` for the newer rows; null: this is the newest page. */
  previousCursor: string | null;
  /**
   * Instant in ISO 8601 at which the search stopped early; null: the page is complete. A filter without a matching
   * index has a limited search, so the page may have fewer jobs than exist. Up to this instant the search missed
   * nothing, and the cursor goes on from it.
   */
  searchedTo: string | null;
};

/** One attempt of a job's request or of a delivery, with the rule that decided about it and the reason. */
export type Attempt = {
  id: string;
  /** Number of the attempt; 1 is the first. */
  number: number;
  startedAt: string;
  endedAt: string;
  outcome: OutcomeKind;
  status: number | null;
  /** Response headers; secrets are masked. */
  responseHeaders: Record<string, string> | null;
  /**
   * The first 16 KiB of a response that is not the job's result, also of one that was cut. `size` is at least the number
   * of bytes received or announced.
   */
  response: (BodyView & { size: number; truncated: boolean }) | null;
  /** Error of an attempt without a whole response; null if there was one. */
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

/** Answer of `jobs.attempts`: the job's attempts, its deliveries with theirs, and the policy that decided. */
export type JobAttempts = {
  attempts: Attempt[];
  deliveries: (Delivery & { tries: Attempt[] })[];
  policy: Policy;
};
