import type { EventFunction, Undescribed } from '#src/client/event/event-runs.ts';
import type { CallbackWaitOptions, RingbackOptions, ServedFetch } from '#src/client/index.ts';

/** The options of `Inngest`, with where Ringback and the app are. */
export type InngestOptions = Pick<RingbackOptions, 'fetch'> & {
  id: string;
  /** An API key of Ringback, `rbk_…`. Default: `RINGBACK_API_KEY`. */
  eventKey?: string | undefined;
  /** Ringback's base URL. Default: `RINGBACK_URL`. */
  baseUrl?: string | URL | undefined;
  /** The base URL of the app. Default: `RINGBACK_APP_URL`. */
  appUrl?: string | URL | undefined;
  /** The route made with `serve`: a path of the app, or a whole URL. Default `/api/inngest`. */
  route?: string | URL | undefined;
};

/** An event to send. The same id again sends nothing. */
export type SendInngestEvent = {
  id?: string | undefined;
  name: string;
  data?: unknown;
  user?: unknown;
  v?: string;
  ts?: number;
};

/** An event as a function gets it. `ts` is missing if the event was sent with an id and without a time. */
export type InngestEvent = { id: string; name: string; data: Undescribed; user?: Undescribed; v?: string; ts?: number };

/** A limit on requests at once. */
export type Concurrency = number | { limit: number; scope?: 'fn' | undefined };

/** The options of a function. Others are refused by name. */
export type FunctionOptions = {
  id: string;
  name?: string | undefined;
  description?: string | undefined;
  /** How often the function is entered again after it has thrown an error: at most 10, default 4. */
  retries?: number | undefined;
  /** The requests of `step.fetch` that may be under way at once, in all runs of the function. */
  concurrency?: Concurrency | readonly [Concurrency] | undefined;
  /** The requests of `step.fetch` that may start within a period, such as `"1m"`, in all runs of the function. */
  throttle?: { limit: number; period: string } | undefined;
  /** The events that start the function, if they are not the second argument. */
  triggers?: FunctionTrigger | readonly FunctionTrigger[] | undefined;
};

/** An event that starts a function. */
export type FunctionTrigger = { event: string };

/** A function that was created. */
export type InngestFunction = EventFunction;

/** The id of a step. */
export type StepId = string | { id: string; name?: string | undefined };

/** The steps of a function. What Inngest has besides is refused by name, with what to use instead. */
export type FunctionStep = {
  /**
   * Lets Ringback make a request and resolves with a native Response, whatever its status is. Inside `step.run` it waits
   * as any other call does.
   */
  readonly fetch: ServedFetch;
  /** Does work once, and keeps its result as JSON of at most 256 KiB. */
  run<T, Input extends readonly unknown[]>(
    id: StepId,
    work: (...input: Input) => Promise<T> | T,
    ...input: Input
  ): Promise<T>;
  /** Goes on after a time: milliseconds, or text such as `"30s"`, `"2 hours"`, `"1d 12h"`; at most 30 days. */
  sleep(id: StepId, time: number | string): Promise<void>;
  /** Goes on at a time. */
  sleepUntil(id: StepId, time: Date | string): Promise<void>;
  /** Sends events once. */
  sendEvent(id: StepId, events: SendInngestEvent | readonly SendInngestEvent[]): Promise<{ ids: string[] }>;
  /** Returns the one-time URL of a callback: Ringback's own, in the place of `waitForEvent`. */
  callbackUrl(key: string): Promise<string>;
  /** Goes on when something was posted to the URL of the key, and resolves with it. */
  waitForCallback<T = unknown>(key: string, options?: CallbackWaitOptions): Promise<T>;
};

/** What a function gets. */
export type FunctionContext = {
  event: InngestEvent;
  events: [InngestEvent];
  step: FunctionStep;
  runId: string;
  logger: Pick<Console, 'debug' | 'info' | 'warn' | 'error'>;
};
