import { isAsyncJobEvent } from '#src/contract/event/event-names.ts';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { deliveryLimits, limits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { formatSignatures, signedContent } from '#src/domain/text/signature.ts';
import { openTls } from '#src/engine/client-tls.ts';
import type { Clock, Links, Reads, Seals } from '#src/engine/deps.ts';
import { openReceiver } from '#src/engine/endpoint/endpoint-headers.ts';
import { bifrostEventBytes, bifrostHeaders } from '#src/engine/event/bifrost-event.ts';
import { eventBytes, isProgress, type JobEventType } from '#src/engine/event/job-event.ts';
import { responseEventBytes } from '#src/engine/event/response-event.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { findModel } from '#src/store/job/model-calls.ts';
import {
  openAlertReceiver,
  openCallbackSecrets,
  type ReceiverSecrets,
  sealContext,
} from '#src/store/seal/sealed-parts.ts';
import type { JobLoader } from './job-loader.ts';
import type { Signer } from './signer.ts';

/** Bytes read of a response: one more than is kept, to tell a longer response from one that ends exactly there. */
const readAnswerBytes = limits.attemptBodyBytes + 1;

/**
 * Returns the bytes to send: those stored with the delivery, or bytes made from the job's rows. Returns null if they
 * were deleted.
 */
export async function deliveryBytes(
  delivery: DeliveryRow,
  row: FullJobRow | null,
  load: JobLoader,
  deps: Reads & Links & Clock,
): Promise<Buffer | null> {
  if (delivery.body !== null) return delivery.body;
  const responded = responseEventBytes(delivery);
  if (responded !== null) return responded;
  if (delivery.job_id === null || isProgress(delivery.type)) return null;
  const job = row ?? (await load(delivery.job_id));
  if (job && isAsyncJobEvent(delivery.type)) {
    const model = await findModel(deps.db, job.id);
    return bifrostEventBytes({ ...job, model }, delivery.type, { createdAt: delivery.created_at, nowMs: deps.now() });
  }
  return job ? eventBytes(job, delivery.type as JobEventType, delivery.payload, deps) : null;
}

/**
 * Returns the signed POST request of one attempt. The id and the bytes are the same in every attempt; the timestamp is
 * the attempt's own. Throws `SealError` if an encryption key is missing.
 */
export function deliveryRequest(
  delivery: DeliveryRow,
  bytes: Buffer,
  signers: readonly Signer[],
  deps: Seals & Clock,
): OutboundRequest {
  const receiver = realReceiver(delivery, deps);
  const id = formatId('evt', delivery.event_id);
  const timestamp = Math.floor(deps.now() / 1000);
  const content = signedContent(id, timestamp, bytes);
  const headers: HeaderList = [
    ['content-type', 'application/json'],
    ['user-agent', 'ringback/1.0'],
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', formatSignatures(signers.map((sign) => sign(content)))],
    ...(isAsyncJobEvent(delivery.type) ? bifrostHeaders(delivery.type) : []),
    ...receiver.headers,
  ];
  return {
    url: receiver.url,
    method: 'POST',
    headers,
    body: bytes,
    // Receivers know a repeat by its webhook-id.
    repeatable: true,
    timeoutMs: deliveryLimits.timeoutMs,
    maxResponseBytes: readAnswerBytes,
    maxRedirects: 0,
    sensitiveHeaders: receiver.sensitive,
    tls: endpointTls(delivery, deps),
  };
}

function endpointTls({ endpoint_id: id, endpoint_tls: tls, endpoint_tls_key: key }: DeliveryRow, { cipher }: Seals) {
  return id === null || !tls ? null : openTls({ tls, tls_key: key }, sealContext.endpointTls(id), cipher);
}

type RealReceiver = { url: string; headers: HeaderList; sensitive: string[] };

function realReceiver(delivery: DeliveryRow, deps: Seals): RealReceiver {
  const { endpoint_id: id, endpoint_headers, endpoint_sealed: sealed } = delivery;
  if (id !== null) {
    const { url, headers } = openReceiver(
      { id, url: delivery.url, headers: endpoint_headers ?? {}, sealed },
      deps.cipher,
    );
    return {
      url,
      headers: headers.map(({ name, value }) => [name, value]),
      sensitive: headers.filter(({ masked }) => masked !== null).map(({ name }) => name),
    };
  }
  const real = callbackSecrets(delivery, deps);
  const isSecret = (name: string) => Object.hasOwn(real.headers, name);
  const shown = Object.entries(delivery.headers ?? {});
  return {
    url: real.url ?? delivery.url,
    headers: shown.map(([name, value]) => [name.toLowerCase(), isSecret(name) ? (real.headers[name] ?? value) : value]),
    sensitive: shown.filter(([name]) => isSecret(name)).map(([name]) => name.toLowerCase()),
  };
}

/** Returns the real values of what is masked in a job's callback, or the URL to which alerts are posted. */
function callbackSecrets({ sealed, job_id: jobId, project_id: projectId }: DeliveryRow, deps: Seals): ReceiverSecrets {
  if (sealed === null) return { url: null, headers: {} };
  if (jobId === null) return { url: openAlertReceiver(deps.cipher, projectId, sealed), headers: {} };
  return openCallbackSecrets(deps.cipher, jobId, sealed);
}
