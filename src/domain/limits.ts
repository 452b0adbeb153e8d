const day = 86_400;

/**
 * Limits and defaults of submitting and running a job, in the unit that a name ends in; lengths of texts in UTF-16 code
 * units. Every number that callers see stands in this file, and the code that enforces it reads it from here.
 */
export const limits = {
  urlLength: 2_048,
  queryParameters: 64,
  methodLength: 32,
  headers: 64,
  /** Names and values together. */
  headerBytes: 16_384,
  /** The request body to be sent. */
  bodyBytes: 8_388_608,
  batchJobs: 1_000,
  batchBytes: 33_554_432,
  timeoutMs: { min: 1_000, max: 1_800_000, default: 600_000 },
  maxAttempts: { min: 1, max: 1_000, default: 25 },
  /** A job that lost so many workers, or a delivery that did, fails with `worker_lost`. */
  lostWorkers: 3,
  redirects: 10,
  idempotencyKeyLength: 255,
  /** A key lives at least this long, and as long as its job's result. */
  idempotencyTtlSeconds: day,
  resultTtlSeconds: { min: 0, max: 30 * day, default: day },
  keepSecretsSeconds: { min: 0, max: 30 * day, defaultAfterFailed: day },
  /** `delaySeconds`, and how far ahead `runAt` may be. */
  delaySeconds: { min: 0, max: 90 * day },
  deadlineSeconds: { min: 1, max: 90 * day },
  labels: 16,
  labelLength: 64,
  /** `metadata` written as JSON, in UTF-8. */
  metadataBytes: 4_096,
  /** Nesting of `json` and `metadata`. */
  jsonDepth: 64,
  redactNames: 64,
  redactNameLength: 256,
  /** The first bytes of a response that is not the job's result. */
  attemptBodyBytes: 16_384,
  /** Of the final response, unless `RINGBACK_MAX_RESPONSE_BYTES` says otherwise. */
  resultBodyBytes: 10_485_760,
  preferWaitSeconds: 60,
} as const;

/** Limits and defaults of retry policies. */
export const policyLimits = {
  maxRetries: 1_000,
  maxDelayMs: day * 1_000,
  maxFactor: 100,
  maxWaitSeconds: 7 * day,
  maxHeaders: 16,
  maxRules: 64,
} as const;

/** Limits and defaults of callbacks and deliveries. */
export const deliveryLimits = {
  /** From connecting to the last byte of the receiver's answer. */
  timeoutMs: 15_000,
  /** Delays between attempts where nothing else is said, in seconds: ten attempts over 46 hours, up to 56 with jitter. */
  scheduleSeconds: [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200, day],
  scheduleEntries: 32,
  scheduleEntrySeconds: 7 * day,
  giveUpEntries: 32,
  /** A receiver's `Retry-After` is obeyed up to this. */
  retryAfterMs: day * 1_000,
  /** A result body above this is left out of callbacks, which then link to it. */
  linkedBodyBytes: 262_144,
  /**
   * The largest event that Ringback's own receivers take. An event with a whole response in it has at most six bytes of
   * JSON (`\u0001`) for each of the 10 MiB that are kept of one by default, and little besides.
   */
  eventBytes: 64 * 1_024 * 1_024,
} as const;

/** Limits of registered webhook receivers. */
export const endpointLimits = {
  nameLength: 64,
  descriptionLength: 500,
  /** Deliveries a second. */
  rate: { min: 0.01, max: 10_000 },
  /** Deliveries under way at once. */
  concurrency: { min: 1, max: 1_000 },
  /** How long an old secret goes on signing beside a new one. */
  overlapSeconds: { min: 0, max: 7 * day, default: day },
  /** Every live secret signs every delivery. */
  liveSecrets: 10,
} as const;

/** Limits of those who listen by `ringback listen`. */
export const listenerLimits = {
  /** How long a webhook waits for the answer of a listener's handler: less than a delivery has in all. */
  answerMs: 12_000,
  /** How long a listener may wait for its handler, so that the answer comes in time. */
  handlerMs: 11_000,
  /** A stream that is silent for so long is broken: a live one sends something every 15 s. */
  silenceMs: 45_000,
  /** The part of a handler's answer that is kept. */
  answerBytes: 16_384,
  /**
   * Delays between attempts of a listener's deliveries: a person sits before it. Together they are longer than a listener is
   * kept whose stream broke.
   */
  scheduleSeconds: [1, 5, 30, 30],
} as const;

/** Limits of reading: lists, searches, live streams and calls at once. */
export const readLimits = {
  pageSize: { default: 20, max: 100 },
  /** Jobs that are read, cancelled or run again by their ids in one call. */
  idsAtOnce: 1_000,
  idLength: 64,
  cursorLength: 100,
  hostLength: 255,
  searchTextLength: 200,
  /** Counting stops above this; the dashboard then says "10,000+". */
  countedRows: 10_000,
  exportedJobs: 100_000,
  /** tRPC calls in one HTTP request. */
  callsAtOnce: 20,
  /** Topics of one live stream. */
  liveTopics: 100,
} as const;

/** Limits of bulk actions. */
export const operationLimits = {
  perSecond: { min: 1, max: 1_000 },
} as const;

/** Limits of people, projects, keys, views and settings. */
export const projectLimits = {
  /** Of a project, an API key or a saved view. */
  nameLength: 64,
  personNameLength: 100,
  emailLength: 254,
  passwordLength: { min: 12, max: 128 },
  savedViews: 100,
  viewQueryLength: 2_000,
  retainDays: { min: 1, max: 3_650 },
} as const;

/** Limits of the built-in flaky target: `/playground/target?plan=429,503,200&delay=500&key=…`. */
export const playgroundLimits = {
  planEntries: 20,
  statuses: { min: 200, max: 599 },
  delayMs: 60_000,
  bytes: 16 * 1024 ** 2,
  /** What it says with every 429. */
  retryAfterSeconds: 1,
} as const;
