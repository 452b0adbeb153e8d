const day = 86_400;

/** Bytes of the request body. This stands alone, like the next, because the client has it without the other limits. */
export const bodyBytes = 8_388_608;
/** How deep `json` and `metadata` may be nested. */
export const jsonDepth = 64;

/**
 * Limits and defaults of submitting and running a job, in the unit at the end of each name. Text lengths are in UTF-16
 * code units. Every number that callers see is in this file, and the code that enforces it reads it from here.
 */
export const limits = {
  urlLength: 2_048,
  queryParameters: 64,
  methodLength: 32,
  headers: 64,
  headerBytes: 16_384,
  bodyBytes,
  /**
   * Bytes of a call that submits one job: its longest body as JSON, in which every second character may be escaped, and
   * all its other fields.
   */
  jobInputBytes: 17_825_792,
  batchJobs: 1_000,
  batchBytes: 33_554_432,
  timeoutMs: { min: 1_000, max: 1_800_000, default: 600_000 },
  maxAttempts: { min: 1, max: 1_000, default: 25 },
  /** Number of lost workers after which a job or a delivery fails with `worker_lost`. */
  lostWorkers: 3,
  redirects: 10,
  /** Length of a URL that a target redirects to. */
  redirectUrlLength: 16_384,
  idempotencyKeyLength: 255,
  /** Shortest life of a key. It also lives as long as its job's result. */
  idempotencyTtlSeconds: day,
  resultTtlSeconds: { min: 0, max: 30 * day, default: day },
  keepSecretsSeconds: { min: 0, max: 30 * day, defaultAfterFailed: day },
  /** Bounds of `delaySeconds`. `runAt` may be as far ahead. */
  delaySeconds: { min: 0, max: 90 * day },
  deadlineSeconds: { min: 1, max: 90 * day },
  priority: { min: -100, max: 100 },
  labels: 16,
  labelLength: 64,
  /** Bytes of `metadata` as JSON in UTF-8. */
  metadataBytes: 4_096,
  jsonDepth,
  redactNames: 64,
  redactNameLength: 256,
  /** Bytes kept of a response that is not the job's result. */
  attemptBodyBytes: 16_384,
  /** Bytes kept of the final response, unless `RINGBACK_MAX_RESPONSE_BYTES` is set. */
  resultBodyBytes: 10_485_760,
  /** Bytes of a response's headers, unless `RINGBACK_MAX_RESPONSE_HEADER_BYTES` is set. */
  responseHeaderBytes: 65_536,
  preferWaitSeconds: 60,
  /** Events kept of one stream. Their bytes are limited like those of a result. */
  streamEvents: 100_000,
  /** Time for which the events of an ended job are kept at least, so that those who read them live come to the end. */
  streamGraceSeconds: 10,
} as const;

/** Limits and defaults of retry policies. */
export const policyLimits = {
  maxRetries: 1_000,
  maxDelayMs: day * 1_000,
  maxFactor: 100,
  maxWaitSeconds: 7 * day,
  maxHeaders: 16,
  maxRules: 64,
  /** Length of a status pattern, such as a rule's or `accept`. */
  patternLength: 256,
  /** Length of the JSON pointer of `bodyMatches`. */
  pointerLength: 256,
  /** Length of the value of `bodyMatches`, or of all its values, as JSON. */
  matchValueLength: 4_096,
  /** Values in `anyOf` of `bodyMatches`. */
  matchValues: 32,
} as const;

/** Limits of simulations of a retry policy. */
export const simulateLimits = {
  outcomes: 200,
} as const;

/** Limits and defaults of callbacks and deliveries. */
export const deliveryLimits = {
  /** Time from connecting to the last byte of the receiver's answer. */
  timeoutMs: 15_000,
  /** Default delays between attempts, in seconds: ten attempts over 46 hours, up to 56 with jitter. */
  scheduleSeconds: [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200, day],
  scheduleEntries: 32,
  scheduleEntrySeconds: 7 * day,
  giveUpEntries: 32,
  /** The longest `Retry-After` of a receiver that is obeyed. */
  retryAfterMs: day * 1_000,
  /** Bytes of a result body above which callbacks leave it out and link to it. */
  linkedBodyBytes: 262_144,
  /**
   * Bytes of the largest event that Ringback's own receivers accept. An event with a whole response has at most six
   * bytes of JSON (`\u0001`) for each of the 10 MiB kept by default, and little else.
   */
  eventBytes: 64 * 1_024 * 1_024,
} as const;

/** Lengths of certificates and keys in PEM. */
export const tlsLimits = {
  certificateLength: 32_768,
  keyLength: 16_384,
  caLength: 65_536,
  /** A certificate is warned of when it expires within so many days. */
  warnDays: 30,
} as const;

/** Limits of flows. */
export const flowLimits = {
  keyLength: 128,
  concurrency: { min: 1, max: 10_000 },
  rateLimit: { min: 1, max: 1_000_000 },
  ratePeriodSeconds: { min: 1, max: day },
} as const;

/** Limits of the gateways for model APIs. */
export const gatewayLimits = {
  modelLength: 512,
  /** Time that a model may take, if its upstream says nothing else. */
  callMs: 1_800_000,
  /** Seconds that a response is kept; and one that its caller does not want stored. */
  keptSeconds: day,
  unstoredSeconds: 600,
  /** Seconds that an answer in the foreground is waited for. */
  foregroundSeconds: 3_600,
} as const;

/** Limits of schedules. */
export const scheduleLimits = {
  /** Length of a name. With `schedule:` before it, it is a label of the schedule's jobs. */
  nameLength: 55,
  cronLength: 200,
  timezoneLength: 64,
  /** Number of times that a preview shows. */
  previewTimes: 5,
  /** Delay of a run after which its time counts as missed. */
  missedAfterSeconds: 60,
} as const;

/** Limits of upstreams. */
export const upstreamLimits = {
  nameLength: 64,
  /** Prefixes of models, and the length of each. */
  models: 64,
  modelLength: 128,
  /** Upstreams of a project. */
  count: 200,
  /** Time for which a test waits for its end, and the limit of its attempt. */
  testMs: 20_000,
  testTimeoutMs: 15_000,
} as const;

/** Limits of registered webhook receivers. */
export const endpointLimits = {
  nameLength: 64,
  descriptionLength: 500,
  /** Deliveries per second. */
  rate: { min: 0.01, max: 10_000 },
  /** Deliveries in progress at the same time. */
  concurrency: { min: 1, max: 1_000 },
  /** Seconds for which an old secret goes on signing beside a new one. */
  overlapSeconds: { min: 0, max: 7 * day, default: day },
  /** Number of live secrets. Each of them signs every delivery. */
  liveSecrets: 10,
} as const;

/** Limits of listeners (`ringback listen`). */
export const listenerLimits = {
  /** Time that a webhook waits for the answer of a listener's handler. It is shorter than a delivery's timeout. */
  answerMs: 12_000,
  /** Time that a listener waits for its handler, so that the answer arrives in time. */
  handlerMs: 11_000,
  /** Silence after which a stream counts as broken. A live stream sends something every 15 s. */
  silenceMs: 45_000,
  /** Bytes kept of a handler's answer. */
  answerBytes: 16_384,
  /**
   * Delays between attempts of a listener's deliveries. They are short, because a person waits. Together they are
   * longer than a listener with a broken stream is kept.
   */
  scheduleSeconds: [1, 5, 30, 30],
} as const;

/** Limits of reading: lists, searches, live streams and calls at once. */
export const readLimits = {
  /** Bytes of a call that submits nothing. */
  inputBytes: 1_048_576,
  pageSize: { default: 20, max: 100 },
  /** Number of jobs that one call can read, cancel or run again by their ids. */
  idsAtOnce: 1_000,
  idLength: 64,
  cursorLength: 100,
  hostLength: 255,
  /** Pauses of one project that last at the same time. */
  pauses: 100,
  originLength: 300,
  failureLength: 400,
  searchTextLength: 200,
  /** Length of a path into metadata, and of a path with the value that is searched for. */
  metadataPathLength: 200,
  metadataMatchLength: 400,
  /** Paths that one filter compares, and that one list shows. */
  metadataMatches: 5,
  metadataColumns: 6,
  /** The highest number of attempts, and of milliseconds, that a filter compares with. */
  attemptsCompared: 1_000_000,
  durationComparedMs: 365 * day * 1_000,
  /** Known values that are offered for a filter. */
  knownValues: 30,
  /** Number of rows above which counting stops. The dashboard then shows "10,000+". */
  countedRows: 10_000,
  exportedJobs: 100_000,
  /** Number of tRPC calls in one HTTP request. */
  callsAtOnce: 20,
  /** Number of topics of one live stream. */
  liveTopics: 100,
} as const;

/** Responses that one API key or person may have open at once, in each web process. */
export const streamLimits = {
  /** Waits for a job: `?wait=N`, `Prefer: wait=N` and `jobs.wait`. */
  waits: 1_000,
  /** Streams of `ringback listen`. */
  listeners: 50,
  /** Streams of changes, one for each browser. */
  live: 20,
  /** Streams of the events of a job. */
  events: 200,
  /** `Retry-After` of the refusal of one more. */
  retryAfterSeconds: 5,
} as const;

/** Limits of what is told about alerts. */
export const alertLimits = {
  emails: 10,
  /** The longest time that an alert must last before anybody is told. */
  afterSeconds: day,
  /** Times that an e-mail is tried, over about a day. */
  mailAttempts: 12,
} as const;

/** Limits of bulk actions. */
export const operationLimits = {
  perSecond: { min: 1, max: 1_000 },
} as const;

/** Limits of people, projects, keys, views and settings. */
export const projectLimits = {
  /** Length of the name of a project, an API key or a saved view. */
  nameLength: 64,
  personNameLength: 100,
  emailLength: 254,
  passwordLength: { min: 12, max: 128 },
  savedViews: 100,
  viewQueryLength: 2_000,
  retainDays: { min: 1, max: 3_650 },
} as const;

/** Limits of the steps of an app's runs. */
export const stepLimits = {
  /** Length of the id of a run, and of the key of a step. */
  nameLength: 255,
  /** Bytes of a result as JSON in UTF-8. */
  resultBytes: 262_144,
  /** Time for which a process may work on a step without saying that it still does. */
  leaseSeconds: { min: 1, max: 3_600 },
  /** Time for which a result, or an unfinished claim, is kept. */
  keptSeconds: 7 * day,
} as const;

/** Limits of runs of `serve`. */
export const runLimits = {
  /** Bytes of a payload, a result of a run or of a step, and the body of a callback, as JSON in UTF-8. */
  payloadBytes: 262_144,
  resultBytes: 262_144,
  callbackBytes: 262_144,
  /** Length of the key of a step. */
  keyLength: 200,
  steps: 1_000,
  turns: 5_000,
  /** Steps that one call keeps. */
  stepsAtOnce: 1_000,
  /** Time from the start of a run after which it fails. */
  lifeSeconds: 30 * day,
  sleepSeconds: { min: 0, max: 30 * day },
  /** Time from its end for which payload and results of a run are kept. */
  keptSeconds: 7 * day,
  /** Retries of a turn after each kind of failure: the route was cut off, could not be reached, or is overloaded. */
  turnRetries: 10,
  /** Bytes of results that are handed to the route as it enters. It asks for others when it needs them. */
  entryResultBytes: 65_536,
  entryBytes: 4_194_304,
} as const;

/** Limits of the built-in flaky target: `/playground/target?plan=429,503,200&delay=500&key=…`. */
export const playgroundLimits = {
  planEntries: 20,
  statuses: { min: 200, max: 599 },
  delayMs: 60_000,
  bytes: 16 * 1024 ** 2,
  /** Bytes of a request's body. */
  requestBytes: 8 * 1024 ** 2,
  /** Requests under way at once in each web process. One more is answered 429, with `retryAfterSeconds`. */
  atOnce: 200,
  /** `Retry-After` sent with every 429. */
  retryAfterSeconds: 1,
} as const;

/** Limits of the quotas of a project. */
export const quotaLimits = {
  openJobs: 1_000_000,
  acceptedJobs: 1_000_000_000,
  storedBytes: 1e15,
  /** `Retry-After` of a refusal for want of room for open jobs. */
  openRetrySeconds: 5,
  /** Open jobs of a project are counted again at most once in its limit divided by this, in milliseconds. */
  openCountPerMs: 100,
  /** Shortest time between two measurements of a project's bytes. */
  measureSeconds: 60,
} as const;

/** Values from which `ringback doctor` warns, or sees a problem. */
export const doctorLimits = {
  /** The oldest PostgreSQL that is not called too old, and the one that all tests run on, as `server_version_num`. */
  oldestPostgres: 140_000,
  testedPostgres: 180_000,
  /** A round trip to the database that makes every batch slow. */
  roundTripMs: { warning: 20, problem: 500 },
  /** Signatures of callbacks are refused by receivers from five minutes on. */
  clockSkewMs: { warning: 2_000, problem: 60_000 },
  /** The wait of the oldest due job. */
  oldestDueSeconds: { warning: 60, problem: 600 },
  queuedJobs: { warning: 5_000 },
  freeBytes: { warning: 2 * 1024 ** 3, problem: 200 * 1024 ** 2 },
  /** Dead rows of a table, if they are also more than its live rows. */
  deadRows: { warning: 100_000 },
  /** The time for which a transaction may be open. */
  openTransactionSeconds: 300,
  /** The time for which workers of different versions may run beside each other: as long as an upgrade takes. */
  mixedVersionsSeconds: 900,
  /** Rows at each end of a large table in which keys are looked for. */
  keyRows: 5_000,
} as const;
