import { callbackEvents } from '#src/contract/event/event-names.ts';
import type { EndpointDisabledReason, EventType } from '#src/contract/event/events.ts';
import type { EndpointProblem } from '#src/domain/endpoint/endpoint-health.ts';

/** Events an endpoint can ask for. `endpoint.test` needs no asking. */
export const endpointEvents = [
  ...callbackEvents,
  'endpoint.disabled',
  'delivery.failed',
] as const satisfies readonly EventType[];

/** An event of an endpoint. */
export type EndpointEvent = (typeof endpointEvents)[number];

/** `v1`: HMAC-SHA256 with a shared secret, `whsec_…`. `v1a`: ed25519, of which only the public key is ever shown, `whpk_…`. */
export type SecretKind = 'v1' | 'v1a';

/** A registered webhook receiver, as everyone sees it. Its signing secrets are never part of it. */
export type Endpoint = {
  /** `end_…` */
  id: string;
  /** Unique in its project: what jobs name it by. */
  name: string;
  url: string;
  description: string;
  events: EndpointEvent[];
  /** Only events of jobs that have all of these; empty: of any job. */
  labels: string[];
  /** True: every matching event of the project. False: only of jobs that name it. */
  projectWide: boolean;
  payload: 'full' | 'thin';
  /** Sent with every delivery; secret values show as `********`. */
  headers: Record<string, string>;
  /** Delays between tries, in seconds; null: the default schedule. */
  scheduleSeconds: number[] | null;
  /** Answers after which a delivery is not tried again, as patterns: `422`, `4xx`. 410 always is one. */
  giveUpOn: string[];
  /** Deliveries a second; null: no limit. */
  rate: number | null;
  /** Deliveries under way at once; null: no limit. */
  concurrency: number | null;
  /** While `disabled`, its events are kept as skipped deliveries. */
  state: 'enabled' | 'disabled';
  disabledReason: EndpointDisabledReason | null;
  disabledAt: string | null;
  /** The first failure since the last success; null while all is well. */
  failingSince: string | null;
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  /** Why nothing could be sent at the last try, which waiting does not mend; null: something could. */
  problem: EndpointProblem | null;
  /** Nothing but a probe is sent before this; null: nothing holds it back. */
  pausedUntil: string | null;
  createdAt: string;
  updatedAt: string;
  /** True for one that `ringback listen` made: it is there as long as somebody listens. */
  listener: boolean;
};

/**
 * A signing secret that has just been made, told apart by `signing`. `secret` is answered this once; of an ed25519 pair
 * only `publicKey` is, and the private half never leaves.
 */
export type MadeSecret = MadeSharedSecret | MadePublicKey;

/** A new secret that the receiver shares. */
export type MadeSharedSecret = {
  signing: 'v1';
  /** `whsec_` and 32 random bytes in base64. */
  secret: string;
  /** Never there; named so that answers can be taken apart. tRPC's types drop what is only ever undefined. */
  publicKey?: string;
};

/** What is shown of a new ed25519 pair. */
export type MadePublicKey = {
  signing: 'v1a';
  /** Never there: the private half does not leave. */
  secret?: string;
  /** `whpk_` and the 32 bytes of the ed25519 public key in base64. */
  publicKey: string;
};

/** What creating an endpoint answers. */
export type CreatedEndpoint = Endpoint & MadeSecret;

/** What changing an endpoint answers. */
export type UpdatedEndpoint = Endpoint & {
  /**
   * Names of secret headers that were deleted because the URL now has another origin and they were not given anew: what
   * was meant for one receiver is not sent to another.
   */
  clearedHeaders: string[];
};

/** What deleting an endpoint answers. */
export type DeletedEndpoint = {
  id: string;
  /** Deliveries that waited to be sent, or to be tried again, and never will be. */
  cancelledDeliveries: number;
};

/** A live signing secret: everything but its value. */
export type SecretInfo = {
  /** A UUID. */
  id: string;
  kind: SecretKind;
  /** The last four characters of what was shown of it; null: made before hints were kept. */
  hint: string | null;
  /** Whether its value may still be shown: once after its making, and of a `v1` secret only. */
  revealable: boolean;
  createdAt: string;
  /** From when on it no longer signs, by the database's clock; null: it stays. */
  expiresAt: string | null;
};

/** What a rotation answers: the new secret, and all that sign now, newest first. */
export type RotatedSecret = MadeSecret & { secrets: SecretInfo[] };

/** The same of a project's secret, which is always a shared one. */
export type RotatedProjectSecret = MadeSharedSecret & { secrets: SecretInfo[] };

/** What revealing a secret answers; it is not answered again. */
export type RevealedSecret = { id: string; secret: string };

/** A test event on its way. `skipped`: the endpoint is disabled, so that it is kept and not sent. */
export type TestDelivery = { id: string; eventId: string; state: 'pending' | 'skipped' };
