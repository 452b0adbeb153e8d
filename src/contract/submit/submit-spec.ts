import type { FlowRate } from '#src/domain/flow/flow-clock.ts';
import type { JsonValue, Policy } from '#src/domain/policy/policy.ts';
import type { StreamResult } from '#src/domain/stream/stream-event.ts';
import type { PolicySource } from './parse-policy.ts';

/** A request header ready to be sent: the real value, and the form in which it is shown. */
export type HeaderSpec = {
  name: string;
  value: string;
  /** Text shown in place of a secret value; null: the value is not secret and is shown. */
  masked: string | null;
};

/** Callback of a job, checked and with defaults filled in. */
export type CallbackSpec = {
  /** URL; null when an endpoint is named. */
  url: string | null;
  /** Name of a registered endpoint; null when a URL is given. */
  endpoint: string | null;
  events: string[];
  headers: HeaderSpec[];
  /** Payload; null: the endpoint's setting. */
  payload: 'full' | 'thin' | null;
  /** Delays between delivery attempts, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Status patterns that end a delivery; null: those of the endpoint. */
  giveUpOn: string[] | null;
};

/** Flow of a job, checked. A limit that is null was not given: the flow keeps the one it has. */
export type FlowSpec = { key: string; concurrency: number | null; rate: FlowRate | null };

/**
 * The upstream of a submission. `id` is null until the upstream was looked up; then the URL, and what the job left to the
 * upstream, are filled in. `left` is what it left.
 */
export type UpstreamUse = {
  name: string;
  id: string | null;
  path: string;
  left: { policy: PolicySource | null; timeout: boolean };
};

/** A submitted job, checked and with every default filled in. The engine stores it. */
export type SubmitSpec = {
  /** URL as the URL parser normalises it; empty until the upstream was looked up. */
  url: string;
  /** Upstream that the job is for; null: none. */
  upstream: UpstreamUse | null;
  method: string;
  headers: HeaderSpec[];
  body: Uint8Array | null;
  policy: Policy;
  timeoutMs: number;
  redirect: 'follow' | 'manual';
  idempotencyKey: string | null;
  sendIdempotencyKey: boolean;
  callback: CallbackSpec | null;
  /** Seconds; null: the project's setting. */
  resultTtlSeconds: number | null;
  /** Seconds; null: 0 after `completed` and `cancelled`, 86,400 after `failed`. */
  keepSecretsSeconds: number | null;
  runAt: Date | null;
  delaySeconds: number | null;
  deadlineSeconds: number | null;
  /** From -100 to 100; the higher, the earlier among what is due. */
  priority: number;
  flow: FlowSpec | null;
  /** What becomes of the events of a stream; null: they are not kept. */
  stream: StreamResult | null;
  labels: string[];
  metadata: JsonValue;
  redact: { query: string[]; body: string[]; response: string[] };
};
