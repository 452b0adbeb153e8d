import type { Cipher } from './cipher.ts';

/** The secrets of a job's request: the real URL if its query is masked, and real header values by position. */
export type RequestSecrets = { url: string | null; headers: [index: number, value: string][] };

/** The context under which each kind of value is sealed. A value moved to another row does not open. */
export const sealContext = {
  request: (jobId: string) => `job_secret:${jobId}`,
  callback: (jobId: string) => `callback_secret:${jobId}`,
  body: (jobId: string) => `job_body:${jobId}`,
  webhookSecret: (id: string) => `webhook_secret:${id}`,
  endpointHeaders: (endpointId: string) => `endpoint:${endpointId}`,
};

/** Opens the secrets of a job's request. All functions here throw a SealError if the key is missing. */
export function openRequestSecrets(cipher: Cipher, jobId: string, sealed: Uint8Array): RequestSecrets {
  return openJson(cipher, sealed, sealContext.request(jobId)) as RequestSecrets;
}

/** Opens the secret headers of a job's callback, by their names. */
export function openCallbackHeaders(cipher: Cipher, jobId: string, sealed: Uint8Array): Record<string, string> {
  return openJson(cipher, sealed, sealContext.callback(jobId)) as Record<string, string>;
}

/** Opens the headers of an endpoint, by their names. */
export function openEndpointHeaders(cipher: Cipher, endpointId: string, sealed: Uint8Array): Record<string, string> {
  return openJson(cipher, sealed, sealContext.endpointHeaders(endpointId)) as Record<string, string>;
}

/** Opens a webhook secret: `whsec_…`, or the private key behind a `whpk_…`. */
export function openWebhookSecret(cipher: Cipher, id: string, sealed: Uint8Array): string {
  return cipher.open(sealed, sealContext.webhookSecret(id)).toString('utf8');
}

/** Returns the stored request body of a job as it is sent. Only a body with masked parts is stored sealed. */
export function openBody(cipher: Cipher, jobId: string, body: Buffer, sealed: boolean): Buffer {
  return sealed ? cipher.open(body, sealContext.body(jobId)) : body;
}

function openJson(cipher: Cipher, sealed: Uint8Array, context: string): unknown {
  return JSON.parse(cipher.open(sealed, context).toString('utf8'));
}
