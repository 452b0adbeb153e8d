import { maxUrlLength } from '#src/domain/egress/target-url.ts';
import { defaultMaxAttempts } from '#src/domain/policy/resolve-policy.ts';
import { maxEventBytes } from '#src/domain/text/event-size.ts';
import { maxJsonDepth } from '#src/domain/text/text-check.ts';

const day = 86_400;

/** Every limit and default of submitting a job, in the unit its name ends in; texts in UTF-16 code units. */
export const limits = {
  urlLength: maxUrlLength,
  methodLength: 32,
  headers: 64,
  /** Names and values together. */
  headerBytes: 16_384,
  /** The request body to be sent. */
  bodyBytes: 8_388_608,
  batchJobs: 1_000,
  batchBytes: 33_554_432,
  timeoutMs: { min: 1_000, max: 1_800_000, default: 600_000 },
  maxAttempts: { min: 1, max: 1_000, default: defaultMaxAttempts },
  redirects: 10,
  idempotencyKeyLength: 255,
  idempotencyTtlSeconds: day,
  resultTtlSeconds: { min: 0, max: 30 * day, default: day },
  keepSecretsSeconds: { min: 0, max: 30 * day, defaultAfterFailed: day },
  delaySeconds: { min: 0, max: 90 * day },
  deadlineSeconds: { min: 1, max: 90 * day },
  labels: 16,
  labelLength: 64,
  /** `metadata` written as JSON, in UTF-8. */
  metadataBytes: 4_096,
  /** Nesting of `json` and `metadata`. */
  jsonDepth: maxJsonDepth,
  redactNames: 64,
  redactNameLength: 256,
  scheduleEntries: 32,
  giveUpEntries: 32,
  scheduleEntrySeconds: 7 * day,
  /** A result body above this is left out of callbacks, which then link to it. */
  callbackBodyBytes: 262_144,
  /** What the client package and `ringback listen` take of an event; only one with a whole response in it can be larger. */
  eventBytes: maxEventBytes,
  deliveryTimeoutMs: 15_000,
  /** The first bytes of a response that is not the job's result. */
  attemptBodyBytes: 16_384,
  resultBodyBytes: 10_485_760,
  preferWaitSeconds: 60,
} as const;

/** Events about the end of a job, which is told when nothing else is asked for; exactly one of them per job and receiver. */
export const endEvents = ['job.completed', 'job.failed', 'job.cancelled'] as const;

/** Events about a job on its way to its end: only for those who ask for them. */
export const progressEvents = ['job.started', 'job.attempt_failed'] as const;

/** Events a callback can ask for. */
export const callbackEvents = [...endEvents, ...progressEvents] as const;

/** An event of a callback. */
export type CallbackEvent = (typeof callbackEvents)[number];
