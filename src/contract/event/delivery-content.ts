import type { SecretKind } from '#src/contract/endpoint/endpoint.ts';
import type { BodyStart } from '#src/contract/job/job-view.ts';

/** A secret that signs a delivery now, without its value. */
export type SigningSecret = {
  kind: SecretKind;
  /** The last four characters of what was shown of the secret; null: it was made before hints were stored. */
  hint: string | null;
};

/** What a delivery sends: its event and its headers. */
export type DeliveryContent = {
  /** The beginning of the event, exactly as it is sent; null if its bytes are gone, because it was delivered long ago. */
  event: BodyStart | null;
  /**
   * Headers that are the same in every attempt, in the order in which they are sent; secret values are masked. The time and
   * the signatures are each attempt's own.
   */
  headers: [name: string, value: string][];
  /** Owner of the secrets that sign: the endpoint, or the project for a URL given with a job. */
  signedBy: 'endpoint' | 'project';
  /** Secrets that sign now, newest first. There is one signature for each. */
  secrets: SigningSecret[];
};

/**
 * A delivery's request that was signed just now, for a person who sends it by hand. A receiver takes it for five
 * minutes. Secret values of its URL and its headers are masked; the signatures are real.
 */
export type SignedDelivery = {
  url: string;
  headers: Record<string, string>;
  /** The event: whole if it fits into a command, otherwise only its beginning. */
  event: BodyStart;
  /** Time until which receivers take the signature, ISO 8601. */
  validUntil: string;
};
