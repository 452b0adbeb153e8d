import type { JsonValue, Policy } from '#src/domain/policy/policy.ts';

/** A request header ready to be sent: the real value, and how it is shown when it is a secret. */
export type HeaderSpec = {
  name: string;
  value: string /** null: not a secret, shown as it is. */;
  masked: string | null;
};

/** Where to report a job's end, checked and with defaults filled in. */
export type CallbackSpec = {
  /** Null when an endpoint is named. */
  url: string | null;
  /** The name of a registered endpoint. */
  endpoint: string | null;
  events: string[];
  headers: HeaderSpec[];
  /** Null: as the endpoint has it. */
  payload: 'full' | 'thin' | null;
  /** Delays between delivery attempts, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Status patterns that end a delivery; null: those of the endpoint. */
  giveUpOn: string[] | null;
};

/** A submitted job, checked and with every default filled in: what the engine stores. */
export type SubmitSpec = {
  /** Normalised by the URL parser. */
  url: string;
  method: string;
  headers: HeaderSpec[];
  body: Uint8Array | null;
  policy: Policy;
  timeoutMs: number;
  redirect: 'follow' | 'manual';
  idempotencyKey: string | null;
  sendIdempotencyKey: boolean;
  callback: CallbackSpec | null;
  /** Null: as the project has it. */
  resultTtlSeconds: number | null;
  /** null: 0 after `completed` and `cancelled`, 86,400 after `failed`. */
  keepSecretsSeconds: number | null;
  runAt: Date | null;
  delaySeconds: number | null;
  deadlineSeconds: number | null;
  labels: string[];
  metadata: JsonValue;
  redact: { query: string[]; body: string[]; response: string[] };
};
