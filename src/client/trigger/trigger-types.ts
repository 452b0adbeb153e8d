import type { Undescribed } from '#src/client/event/event-runs.ts';
import type { CacheKey, RingbackOptions, ServedIo } from '#src/client/index.ts';

/** The options of a TriggerClient, with where Ringback and the app are. */
export type TriggerClientOptions = Pick<RingbackOptions, 'fetch'> & {
  id: string;
  /** An API key of Ringback, `rbk_…`. Default: `RINGBACK_API_KEY`. */
  apiKey?: string | undefined;
  /** Ringback's base URL. Default: `RINGBACK_URL`. */
  apiUrl?: string | URL | undefined;
  /** The base URL of the app. Default: `RINGBACK_APP_URL`. */
  appUrl?: string | URL | undefined;
  /** The route made with `createAppRoute`: a path of the app, or a whole URL. Default `/api/trigger`. */
  route?: string | URL | undefined;
  /** Accepted and not used. */
  verbose?: boolean | undefined;
  logLevel?: string | undefined;
};

/** An event to send. The same id again sends nothing. */
export type SendEvent = {
  id?: string | undefined;
  name: string;
  payload?: unknown;
  context?: unknown;
  timestamp?: Date;
};

/** An event that was sent. `runId` is the run that hands it to the jobs; its result names their runs. */
export type TriggerEvent = {
  id: string;
  name: string;
  payload: Undescribed;
  context: Undescribed;
  timestamp: Date;
  runId: string;
};

/** The options of `eventTrigger`. */
export type EventTriggerOptions<Payload> = {
  name: string | readonly string[];
  /** A schema with a method `parse`. A payload that it refuses fails the run. */
  schema?: { parse(payload: unknown): Payload } | undefined;
  source?: string | undefined;
  examples?: unknown;
};

/** A trigger made by `eventTrigger`. */
export type EventTrigger<Payload> = {
  readonly names: readonly string[];
  read(payload: unknown): Payload;
};

/** A job. */
export type TriggerJobOptions<Payload, Result> = {
  id: string;
  name: string;
  version: string;
  trigger: EventTrigger<Payload>;
  /** False: no event starts the job. */
  enabled?: boolean | undefined;
  logLevel?: string | undefined;
  run: (payload: Payload, io: TriggerIo, ctx: TriggerContext) => Promise<Result> | Result;
};

/** A job that was defined. */
export type TriggerJob = { readonly id: string; readonly name: string; readonly version: string };

/** What `run` gets as third argument. */
export type TriggerContext = {
  run: { id: string };
  job: { id: string; name: string; version: string };
  /** The time is null for an event that was sent with an id and without a time. */
  event: { id: string; name: string; context: Undescribed; timestamp: Date | null };
};

/** The task of `runTask`. `callbackUrl` is there if its options have a callback. */
export type TriggerTask = { id: string; callbackUrl: string | undefined };

/** The options of `runTask`. */
export type TriggerTaskOptions = {
  name?: string | undefined;
  description?: string | undefined;
  icon?: string | undefined;
  params?: unknown;
  properties?: unknown;
  /**
   * With `enabled`, the task ends when something is posted to `task.callbackUrl`, with what was posted. It fails after
   * the time, in seconds; default 3,600.
   */
  callback?: { enabled: boolean; timeoutInSeconds?: number | undefined } | undefined;
};

/** What `run` works with. What version 2 had besides is refused by name, with what to use instead. */
export type TriggerIo = Pick<ServedIo, 'backgroundFetch' | 'backgroundFetchResponse' | 'runId'> & {
  /** Does work once, and keeps its result as JSON of at most 256 KiB. The work cannot use `io`. */
  runTask<T>(
    key: CacheKey,
    work: (task: TriggerTask) => Promise<T> | T,
    options?: TriggerTaskOptions | undefined,
  ): Promise<T>;
  /** Goes on after a number of seconds. */
  wait(key: CacheKey, seconds: number): Promise<void>;
  /** Sends an event once. */
  sendEvent(key: CacheKey, event: SendEvent): Promise<TriggerEvent>;
  /** The console. What is logged before a wait is logged again when the route is entered again. */
  readonly logger: Pick<Console, 'log' | 'debug' | 'info' | 'warn' | 'error'>;
};
