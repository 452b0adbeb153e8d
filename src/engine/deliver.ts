import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { formatId } from '#src/domain/id.ts';
import type { HeaderList } from '#src/domain/outcome.ts';
import { decodeSecret, formatSignatures, signedContent } from '#src/domain/signature.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { DeliveryRow } from '#src/store/deliveries.ts';
import { sealContext } from '#src/store/job-options.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import { loadJobs } from '#src/store/read-jobs.ts';
import { liveWebhookSecrets } from '#src/store/webhook-secrets.ts';
import type { EngineDeps } from './deps.ts';
import { eventBytes, type JobEventType } from './job-event.ts';

const deliveryTimeoutMs = 15_000;
const keptAnswerBytes = 16_384;

/** The bytes to send: those kept from an earlier try, or made from the job's rows. */
export async function deliveryBytes(
  delivery: DeliveryRow,
  row: FullJobRow | null,
  deps: EngineDeps,
): Promise<Buffer | null> {
  if (delivery.body !== null) return delivery.body;
  const job = row ?? (await loadJobs(deps.db, [delivery.job_id]))[0];
  return job ? eventBytes(job, delivery.type as JobEventType, delivery.payload, deps.publicUrl) : null;
}

/** The signed POST of one try. The id and the bytes are the same on every try, the timestamp is this try's. */
export function deliveryRequest(
  delivery: DeliveryRow,
  bytes: Buffer,
  secrets: readonly KeyObject[],
  deps: EngineDeps,
): OutboundRequest {
  const id = formatId('evt', delivery.event_id);
  const timestamp = Math.floor(deps.now() / 1000);
  const content = signedContent(id, timestamp, bytes);
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(content).digest('base64'));
  const headers: HeaderList = [
    ['content-type', 'application/json'],
    ['user-agent', 'ringback/1.0'],
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', formatSignatures(signatures)],
    ...customHeaders(delivery, deps),
  ];
  return {
    url: delivery.url,
    method: 'POST',
    headers,
    body: bytes,
    timeoutMs: deliveryTimeoutMs,
    maxResponseBytes: keptAnswerBytes,
    maxRedirects: 0,
  };
}

function customHeaders(delivery: DeliveryRow, deps: EngineDeps): HeaderList {
  const real =
    delivery.sealed === null
      ? {}
      : (JSON.parse(
          deps.cipher.open(delivery.sealed, sealContext.callback(delivery.job_id)).toString('utf8'),
        ) as Record<string, string>);
  return Object.entries(delivery.headers ?? {}).map(([name, shown]) => [name.toLowerCase(), real[name] ?? shown]);
}

const secretsLiveMs = 2_000;

/** A project's signing secrets, opened; looked up again after two seconds, so that a rotation takes hold at once. */
export function makeSigningSecrets(deps: EngineDeps): (projectId: string) => Promise<readonly KeyObject[]> {
  const cache = new Map<string, { until: number; secrets: Promise<readonly KeyObject[]> }>();
  const load = async (projectId: string) => {
    const rows = await liveWebhookSecrets(deps.db, projectId);
    return rows.map((row) => {
      const secret = decodeSecret(deps.cipher.open(row.sealed, sealContext.webhookSecret(row.id)).toString('utf8'));
      if (secret === null) throw new Error(`webhook secret ${row.id} is not readable`);
      return createSecretKey(secret);
    });
  };
  return (projectId) => {
    const known = cache.get(projectId);
    if (known && known.until > deps.now()) return known.secrets;
    const secrets = load(projectId);
    secrets.catch(() => cache.delete(projectId));
    cache.set(projectId, { until: deps.now() + secretsLiveMs, secrets });
    return secrets;
  };
}
