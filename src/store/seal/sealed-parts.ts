import type { Cipher } from './cipher.ts';

/** The secrets of a job's request: the real URL if its query is masked, and real header values by position. */
export type RequestSecrets = { url: string | null; headers: [index: number, value: string][] };

/** The secrets of a receiver: the real URL if its query is masked, and real header values by name. */
export type ReceiverSecrets = { url: string | null; headers: Record<string, string> };

/** The URL is sealed beside the headers under this key. No header can have such a name. */
const urlKey = ':url';

/** The context under which each kind of value is sealed. A value moved to another row does not open. */
export const sealContext = {
  request: (jobId: string) => `job_secret:${jobId}`,
  callback: (jobId: string) => `callback_secret:${jobId}`,
  body: (jobId: string) => `job_body:${jobId}`,
  webhookSecret: (id: string) => `webhook_secret:${id}`,
  endpointHeaders: (endpointId: string) => `endpoint:${endpointId}`,
  run: (runId: string) => `run:${runId}`,
  idempotencyKey: (projectId: string, key: string) => `idempotency_key:${projectId} ${key}`,
  schedule: (scheduleId: string) => `schedule:${scheduleId}`,
  upstream: (upstreamId: string) => `upstream:${upstreamId}`,
  endpointTls: (endpointId: string) => `endpoint_tls:${endpointId}`,
  upstreamTls: (upstreamId: string) => `upstream_tls:${upstreamId}`,
  alertReceiver: (projectId: string) => `alert_settings:${projectId}`,
  /** A webhook on its way to a listener, or the listener's answer. */
  carried: (direction: 'message' | 'answer', id: string) => `listener_${direction}:${id}`,
};

/** Opens the secrets of a job's request. All functions here throw a SealError if the key is missing. */
export function openRequestSecrets(cipher: Cipher, jobId: string, sealed: Uint8Array): RequestSecrets {
  return openJson(cipher, sealed, sealContext.request(jobId)) as RequestSecrets;
}

/** Opens the secrets of a job's callback: its URL, and its secret headers. */
export function openCallbackSecrets(cipher: Cipher, jobId: string, sealed: Uint8Array): ReceiverSecrets {
  return receiverSecrets(openJson(cipher, sealed, sealContext.callback(jobId)));
}

/** Opens the secrets of an endpoint: its URL, and all its headers. */
export function openEndpointSecrets(cipher: Cipher, endpointId: string, sealed: Uint8Array): ReceiverSecrets {
  return receiverSecrets(openJson(cipher, sealed, sealContext.endpointHeaders(endpointId)));
}

/** Opens the URL to which the alerts of a project are posted. */
export function openAlertReceiver(cipher: Cipher, projectId: string, sealed: Uint8Array): string {
  return cipher.open(sealed, sealContext.alertReceiver(projectId)).toString('utf8');
}

/** Opens the headers of an upstream: real values by name. */
export function openUpstreamHeaders(cipher: Cipher, upstreamId: string, sealed: Uint8Array): Record<string, string> {
  return openJson(cipher, sealed, sealContext.upstream(upstreamId)) as Record<string, string>;
}

/** Returns the secrets of a receiver as the text that is sealed. */
export function receiverText({ url, headers }: ReceiverSecrets): string {
  return JSON.stringify(url === null ? headers : { ...headers, [urlKey]: url });
}

function receiverSecrets(opened: unknown): ReceiverSecrets {
  const { [urlKey]: url = null, ...headers } = opened as Record<string, string>;
  return { url, headers };
}

/** Opens a webhook secret: `whsec_…`, or the private key behind a `whpk_…`. */
export function openWebhookSecret(cipher: Cipher, id: string, sealed: Uint8Array): string {
  return cipher.open(sealed, sealContext.webhookSecret(id)).toString('utf8');
}

/** Opens the secret of a run, which its callback URLs are made with. */
export function openRunSecret(cipher: Cipher, runId: string, sealed: Uint8Array): string {
  return cipher.open(sealed, sealContext.run(runId)).toString('utf8');
}

/** Returns the stored request body of a job as it is sent. Only a body with masked parts is stored sealed. */
export function openBody(cipher: Cipher, jobId: string, body: Buffer, sealed: boolean): Buffer {
  return sealed ? cipher.open(body, sealContext.body(jobId)) : body;
}

function openJson(cipher: Cipher, sealed: Uint8Array, context: string): unknown {
  return JSON.parse(cipher.open(sealed, context).toString('utf8'));
}
