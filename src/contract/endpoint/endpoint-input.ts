import { z } from 'zod';
import type { TlsInput } from '#src/contract/shape/tls-input.ts';
import type { Duration } from '#src/contract/submit/retry-input.ts';
import type { CallbackRetryInput, HeadersInput } from '#src/contract/submit/submit-input.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import type { EndpointEvent, EndpointFormat, SecretKind } from './endpoint.ts';

/** Input that registers a webhook receiver. Unknown fields are refused, never ignored. */
export type EndpointInput = {
  /**
   * Name of at most 64 lower-case letters, digits, `-` and `_`, unique in the project. It begins with a letter or a
   * digit.
   */
  name: string;
  /** URL with http or https, under the same rules as a callback's. */
  url: string;
  /** Text of at most 500 characters. */
  description?: string | undefined;
  /**
   * Events that the endpoint gets if it is project-wide. Default `job.completed`, `job.failed` and `job.cancelled`.
   * `job.*` stands for these three, `job.started` and `job.attempt_failed`. With the format `openai` the events are
   * those of model responses; default all four.
   */
  events?: (EndpointEvent | 'job.*')[] | undefined;
  /**
   * Labels of which a job must have all, so that a project-wide endpoint gets its events; at most 16 of at most 64
   * characters.
   */
  labels?: string[] | undefined;
  /**
   * Scope of the endpoint. True: every matching event of the project. Default false: only events of jobs that name it.
   */
  projectWide?: boolean | undefined;
  /** Payload of each event. `full` (default) is the whole job with its result; `thin` is only its id and state. */
  payload?: 'full' | 'thin' | undefined;
  /**
   * Format of the events. `ringback` is the default. `openai`: the endpoint hears of model responses alone, by thin
   * events in the shape of OpenAI's webhooks. A change of the format without `events` sets the new format's default.
   */
  format?: EndpointFormat | undefined;
  /** Headers sent with every delivery; at most 64 and 16 KiB. Headers that Ringback sets itself are refused. */
  headers?: HeadersInput | undefined;
  /** Client certificate and private authorities, for an https URL. Null or absent: none. */
  tls?: TlsInput | null | undefined;
  /** Delays between attempts; the short form of `retry.scheduleSeconds`. Null or absent: the default schedule. */
  scheduleSeconds?: Duration[] | null | undefined;
  /**
   * Statuses after which a delivery gets no more attempts: up to 32 of `422`, `"4xx"`, `"any"`. Default none; 410
   * always counts.
   */
  giveUpOn?: (number | string)[] | null | undefined;
  /** Schedule and final statuses of a delivery, written as in a job's callback. */
  retry?: CallbackRetryInput | null | undefined;
  /** Deliveries per second, 0.01 – 10,000. Null or absent: no limit. */
  rate?: number | null | undefined;
  /** Deliveries in progress at the same time, 1 – 1,000. Null or absent: no limit. */
  concurrency?: number | null | undefined;
  /** Signature of the deliveries: `v1` (default, HMAC-SHA256) or `v1a` (ed25519). */
  signing?: SecretKind | undefined;
};

/**
 * Changes to an endpoint. Absent fields stay as they are. In `headers`, a given name is set, null removes it, and other
 * names stay. Secret headers are deleted when the URL gets another origin.
 */
export type EndpointEdits = Omit<Partial<EndpointInput>, 'headers' | 'signing'> & {
  headers?: Record<string, HeadersInput[string] | null> | undefined;
};

/** Input that asks for a new signing secret. */
export type RotateInput = {
  /** Seconds for which the older secrets go on signing; 0 – 604,800. Default 86,400. */
  overlapSeconds?: Duration | undefined;
  /** Kind of the new secret. Default: the kind of the newest older secret. */
  signing?: SecretKind | undefined;
};

/** Input of `endpoints.list`. */
export type EndpointListInput = {
  /**
   * True if the list includes the endpoints of listeners (`ringback listen`), which live as long as somebody listens.
   * Default false.
   */
  includeListeners?: boolean | undefined;
};

/** Checks an `EndpointListInput`. */
export const endpointListInput = z.strictObject({
  includeListeners: z
    .boolean({ error: 'must be true or false' })
    .optional()
    .describe('Also the endpoints of `ringback listen`.'),
}) satisfies z.ZodType<EndpointListInput, EndpointListInput>;

/** An endpoint to register, checked and with every default filled in. */
export type EndpointSpec = {
  name: string;
  /** URL as the URL parser normalises it. */
  url: string;
  description: string;
  events: EndpointEvent[];
  labels: string[];
  projectWide: boolean;
  payload: 'full' | 'thin';
  format: EndpointFormat;
  headers: HeaderSpec[];
  tls?: TlsInput | null;
  /** Delays between attempts, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Status patterns that end a delivery. */
  giveUpOn: string[];
  rate: number | null;
  concurrency: number | null;
};

/** Checked changes. `removedHeaders` holds names in lower case. */
export type EndpointChange = Partial<EndpointSpec> & { removedHeaders: string[] };

/** A checked rotation. `signing` null: the kind of the newest older secret. */
export type RotateSpec = { overlapSeconds: number; signing: SecretKind | null };

/** Input that names a signing secret of an endpoint or a project. */
export const secretInput = z.strictObject({ secretId: z.uuid().describe('The id of a live secret.') });
