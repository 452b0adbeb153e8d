import type { Policy } from '#src/domain/policy/policy.ts';
import type { StreamResult } from '#src/domain/stream/stream-event.ts';

/** A header as it is stored and shown: its name and its value, masked if it is secret. */
export type ShownHeader = [name: string, shown: string];

/**
 * Options that a job runs with: the submitted ones, with every default filled in. They are stored as JSON with the job.
 */
export type JobOptions = {
  /** Policy written out, or the name of an unchanged preset. */
  policy: Policy | string;
  timeoutMs: number;
  redirect: 'follow' | 'manual';
  sendIdempotencyKey: boolean;
  resultTtlSeconds: number;
  /** Seconds; null: 0 after `completed` and `cancelled`, 86,400 after `failed`. */
  keepSecretsSeconds: number | null;
  deadlineSeconds: number | null;
  redact: { query: string[]; body: string[]; response: string[] };
  /** True if the job was submitted with a body. If the body is gone, a rerun needs a new one. */
  hadBody: boolean;
  /** Key of the job's flow; absent: it has none. */
  flow?: string;
  /** Name of the job's upstream when the job was made; absent: it has none. */
  upstream?: string;
  /** Present if the events of a response that is an event stream are kept: what becomes of them at the end. */
  stream?: StreamResult;
  /** Trace in which the job was submitted; absent: traces were off. */
  trace?: TraceContext;
};

/** A place in a trace, as the W3C headers `traceparent` and `tracestate` carry it. */
export type TraceContext = { parent: string; state?: string };

/** A job's callback as it is stored. Header values are masked; the real ones are sealed in another table. */
export type StoredCallback = {
  /** URL; null when an endpoint is named. */
  url: string | null;
  endpoint: { id: string; name: string } | null;
  events: string[];
  headers: Record<string, string>;
  /** Payload; null: the endpoint's setting. */
  payload: 'full' | 'thin' | null;
  scheduleSeconds: number[] | null;
  /** Status patterns that end a delivery; absent: those of the endpoint. */
  giveUpOn?: string[];
  /** `openai`: the URL gets the end of a model response in OpenAI's shape; absent: it gets Ringback's own events. */
  format?: 'openai';
};
