import { callbackEvents, type ResponseEvent } from '#src/contract/event/event-names.ts';
import type { EndpointDisabledReason, EventType } from '#src/contract/event/events.ts';
import type { TlsView } from '#src/contract/shape/tls-input.ts';
import type { EndpointProblem } from '#src/domain/endpoint/endpoint-health.ts';

/** Events that an endpoint can ask for. `endpoint.test` is sent without being asked for. */
export const endpointEvents = [
  ...callbackEvents,
  'endpoint.disabled',
  'delivery.failed',
  'alert.raised',
  'alert.cleared',
] as const satisfies readonly EventType[];

/** An event that an endpoint can ask for. Which ones it can ask for follows from its format. */
export type EndpointEvent = (typeof endpointEvents)[number] | ResponseEvent;

/**
 * Formats of an endpoint's events. `ringback` is the shape of `EventBody`. `openai` is the shape of OpenAI's webhooks: it
 * tells of the ends of model responses, and of nothing else.
 */
export const endpointFormats = ['ringback', 'openai'] as const;

/** The format of an endpoint's events. */
export type EndpointFormat = (typeof endpointFormats)[number];

/**
 * Kind of a signing secret. `v1` is HMAC-SHA256 with a shared secret, `whsec_…`. `v1a` is ed25519; only the public key,
 * `whpk_…`, is ever shown.
 */
export type SecretKind = 'v1' | 'v1a';

/** A registered webhook receiver as callers see it. It never includes its signing secrets. */
export type Endpoint = {
  /** Id, `end_…`. */
  id: string;
  /** Name by which jobs refer to the endpoint. It is unique in the project. */
  name: string;
  url: string;
  description: string;
  events: EndpointEvent[];
  /** Labels of which a job must have all, so that a project-wide endpoint gets its events; empty: any job. */
  labels: string[];
  /** Scope of the endpoint. True: every matching event of the project. False: only events of jobs that name it. */
  projectWide: boolean;
  payload: 'full' | 'thin';
  /** Format of its events; `openai` endpoints hear of model responses alone, by thin events in OpenAI's shape. */
  format: EndpointFormat;
  /** Headers sent with every delivery; secret values show as `********`. */
  headers: Record<string, string>;
  /** Certificates, without the private key; null: the usual TLS. */
  tls: TlsView | null;
  /** Delays between attempts, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Status patterns after which a delivery gets no more attempts: `422`, `4xx`. 410 always counts. */
  giveUpOn: string[];
  /** Deliveries per second; null: no limit. */
  rate: number | null;
  /** Deliveries in progress at the same time; null: no limit. */
  concurrency: number | null;
  /** State of the endpoint. While it is `disabled`, its events are stored as skipped deliveries. */
  state: 'enabled' | 'disabled';
  disabledReason: EndpointDisabledReason | null;
  disabledAt: string | null;
  /** Time of the first failure since the last success; null: the endpoint is not failing. */
  failingSince: string | null;
  /** While success follows success, up to 10 s late. */
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  /** Reason why the last attempt could not be sent, if waiting does not help; null: it could be sent. */
  problem: EndpointProblem | null;
  /** Time before which nothing is sent; then one probe is sent. Null: no pause. */
  pausedUntil: string | null;
  createdAt: string;
  updatedAt: string;
  /** True if `ringback listen` made the endpoint. It then lives as long as somebody listens. */
  listener: boolean;
};

/**
 * A new signing secret; `signing` is its kind. A `v1` secret is answered this once. Of an ed25519 pair only `publicKey`
 * is answered; the private half never leaves the server.
 */
export type MadeSecret = MadeSharedSecret | MadePublicKey;

/** A new secret that the receiver shares. */
export type MadeSharedSecret = {
  signing: 'v1';
  /** Secret: `whsec_` and 32 random bytes in base64. */
  secret: string;
  /**
   * Field that is never set. It is declared so that callers can destructure an answer; tRPC's types drop a field whose
   * only type is undefined.
   */
  publicKey?: string;
};

/** The public part of a new ed25519 pair. */
export type MadePublicKey = {
  signing: 'v1a';
  /** Field that is never set: the private half does not leave the server. */
  secret?: string;
  /** Public key: `whpk_` and its 32 bytes in base64. */
  publicKey: string;
};

/** Answer to creating an endpoint. */
export type CreatedEndpoint = Endpoint & MadeSecret;

/** Answer to changing an endpoint. */
export type UpdatedEndpoint = Endpoint & {
  /**
   * Names of secret headers that were deleted, because the URL now has another origin and the change did not give them
   * again. A secret for one receiver is not sent to another.
   */
  clearedHeaders: string[];
};

/** Answer to deleting an endpoint. */
export type DeletedEndpoint = {
  id: string;
  /** Number of waiting deliveries that were cancelled. */
  cancelledDeliveries: number;
};

/** Answer of `endpoints.sendWaiting`: the number of deliveries that go now. */
export type SentWaiting = { id: string; deliveries: number };

/** A live signing secret without its value. */
export type SecretInfo = {
  /** Id, a UUID. */
  id: string;
  kind: SecretKind;
  /** The last four characters of what was shown of the secret; null: it was made before hints were stored. */
  hint: string | null;
  /** True if the value can still be revealed. That works once after the secret was made, and only for a `v1` secret. */
  revealable: boolean;
  createdAt: string;
  /** Time from which the secret no longer signs, by the database's clock; null: it does not expire. */
  expiresAt: string | null;
};

/** Answer to a rotation: the new secret, and all secrets that sign now, newest first. */
export type RotatedSecret = MadeSecret & { secrets: SecretInfo[] };

/** Answer to a rotation of a project's secret, which is always a shared one. */
export type RotatedProjectSecret = MadeSharedSecret & { secrets: SecretInfo[] };

/** Answer to revealing a secret. A secret is revealed only once. */
export type RevealedSecret = { id: string; secret: string };

/** A test event that was created. `skipped`: the endpoint is disabled, so the event is stored and not sent. */
export type TestDelivery = { id: string; eventId: string; state: 'pending' | 'skipped' };
