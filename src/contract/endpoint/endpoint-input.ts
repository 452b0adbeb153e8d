import { z } from 'zod';
import type { Duration } from '#src/contract/submit/retry-input.ts';
import type { CallbackRetryInput, HeadersInput } from '#src/contract/submit/submit-input.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import type { EndpointEvent, SecretKind } from './endpoint.ts';

/** A webhook receiver to be registered. Unknown fields are refused, never ignored. */
export type EndpointInput = {
  /** Lower-case letters, digits, `-` and `_`, at most 64, beginning with a letter or digit; unique in the project. */
  name: string;
  /** http or https, under the same rules as a callback's. */
  url: string;
  /** At most 500 characters. */
  description?: string | undefined;
  /** Default `job.completed`, `job.failed` and `job.cancelled`. `job.*` stands for these, `job.started` and `job.attempt_failed`. */
  events?: (EndpointEvent | 'job.*')[] | undefined;
  /** Only events of jobs that have all of these; at most 16 of at most 64 characters. */
  labels?: string[] | undefined;
  /** True: every matching event of the project. Default false: only of jobs that name it. */
  projectWide?: boolean | undefined;
  /** `full` (default): the whole job with its result. `thin`: its id and state only. */
  payload?: 'full' | 'thin' | undefined;
  /** Sent with every delivery; at most 64 and 16 KiB. Those that Ringback sets itself are refused. */
  headers?: HeadersInput | undefined;
  /** When to try again after a failed delivery; the short form of `retry`. Null or absent: the default schedule. */
  scheduleSeconds?: Duration[] | null | undefined;
  /** Answers after which a delivery is not tried again: up to 32 of `422`, `"4xx"`, `"any"`. Default none; 410 always is one. */
  giveUpOn?: (number | string)[] | null | undefined;
  /** When to try again after a failed delivery, and when not, written as in a job's callback. */
  retry?: CallbackRetryInput | null | undefined;
  /** Deliveries a second, 0.01 – 10,000. Null or absent: no limit. */
  rate?: number | null | undefined;
  /** Deliveries under way at once, 1 – 1,000. Null or absent: no limit. */
  concurrency?: number | null | undefined;
  /** How deliveries are signed: `v1` (default, HMAC-SHA256) or `v1a` (ed25519). */
  signing?: SecretKind | undefined;
};

/**
 * Changes to an endpoint: what is absent stays as it is. Of `headers` likewise: each name given is set, null removes it,
 * the others stay; but secret ones do not follow a URL to another origin.
 */
export type EndpointEdits = Omit<Partial<EndpointInput>, 'headers' | 'signing'> & {
  headers?: Record<string, HeadersInput[string] | null> | undefined;
};

/** Asks for a new signing secret. */
export type RotateInput = {
  /** How long the ones before it go on signing too; 0 – 604,800. Default 86,400. */
  overlapSeconds?: Duration | undefined;
  /** What the new one is. Default: like the newest before it. */
  signing?: SecretKind | undefined;
};

/** What `endpoints.list` shows besides those that were registered. */
export type EndpointListInput = {
  /** Default false. True: also the endpoints that live as long as somebody listens (`ringback listen`). */
  includeListeners?: boolean | undefined;
};

/** Checks an `EndpointListInput`. */
export const endpointListInput = z.strictObject({
  includeListeners: z.boolean({ error: 'must be true or false' }).optional(),
}) satisfies z.ZodType<EndpointListInput, EndpointListInput>;

/** An endpoint to be registered, checked and with every default filled in. */
export type EndpointSpec = {
  name: string;
  /** Normalised by the URL parser. */
  url: string;
  description: string;
  events: EndpointEvent[];
  labels: string[];
  projectWide: boolean;
  payload: 'full' | 'thin';
  headers: HeaderSpec[];
  /** Delays between tries, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Status patterns that end a delivery. */
  giveUpOn: string[];
  rate: number | null;
  concurrency: number | null;
};

/** Checked changes; `removedHeaders` are names in lower case. */
export type EndpointChange = Partial<EndpointSpec> & { removedHeaders: string[] };

/** A checked rotation; `signing` null: like the newest before it. */
export type RotateSpec = { overlapSeconds: number; signing: SecretKind | null };

/** Names a signing secret of an endpoint or a project. */
export const secretInput = z.strictObject({ secretId: z.uuid() });
