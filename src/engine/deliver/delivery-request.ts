import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { deliveryLimits, limits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { formatSignatures, signedContent } from '#src/domain/text/signature.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { openHeaders } from '#src/engine/endpoint/endpoint-headers.ts';
import { eventBytes, isProgress, type JobEventType } from '#src/engine/event/job-event.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { isListener } from '#src/store/delivery/receiver-rows.ts';
import { liveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import { sealContext } from '#src/store/job/job-options.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { loadJobsForEvents } from '#src/store/job/read-jobs.ts';
import { type Signer, signerOf } from './signer.ts';

/** One more than is kept: that tells a longer answer from one that ends just there. */
const readAnswerBytes = limits.attemptBodyBytes + 1;

export type JobLoader = (id: string) => Promise<FullJobRow | undefined>;

/** Loads the jobs of deliveries that were claimed together by one query. */
export function makeJobLoader(deps: Pick<EngineDeps, 'db'>): JobLoader {
  let next: { ids: string[]; rows: Promise<Map<string, FullJobRow>> } | undefined;
  const gather = (ids: string[]) =>
    new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      next = undefined;
      return new Map(
        (await loadJobsForEvents(deps.db, ids, deliveryLimits.linkedBodyBytes)).map((row) => [row.id, row]),
      );
    });
  return async (id) => {
    if (!next) {
      const ids: string[] = [];
      next = { ids, rows: gather(ids) };
    }
    next.ids.push(id);
    return (await next.rows).get(id);
  };
}

/** The bytes to send: those kept from an earlier try, or made from the job's rows. */
export async function deliveryBytes(
  delivery: DeliveryRow,
  row: FullJobRow | null,
  load: JobLoader,
  deps: EngineDeps,
): Promise<Buffer | null> {
  if (delivery.body !== null) return delivery.body;
  if (delivery.job_id === null || isProgress(delivery.type)) return null;
  const job = row ?? (await load(delivery.job_id));
  return job ? eventBytes(job, delivery.type as JobEventType, delivery.payload, deps) : null;
}

/** The signed POST of one try. The id and the bytes are the same on every try, the timestamp is this try's. */
export function deliveryRequest(
  delivery: DeliveryRow,
  bytes: Buffer,
  signers: readonly Signer[],
  deps: EngineDeps,
): OutboundRequest {
  const id = formatId('evt', delivery.event_id);
  const timestamp = Math.floor(deps.now() / 1000);
  const content = signedContent(id, timestamp, bytes);
  const headers: HeaderList = [
    ['content-type', 'application/json'],
    ['user-agent', 'ringback/1.0'],
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', formatSignatures(signers.map((sign) => sign(content)))],
    ...customHeaders(delivery, deps),
  ];
  return {
    url: delivery.url,
    method: 'POST',
    headers,
    body: bytes,
    timeoutMs: deliveryLimits.timeoutMs,
    maxResponseBytes: readAnswerBytes,
    maxRedirects: 0,
  };
}

function customHeaders(delivery: DeliveryRow, deps: EngineDeps): HeaderList {
  const { endpoint_id: id, endpoint_headers, endpoint_sealed: sealed } = delivery;
  if (id !== null) {
    const headers = openHeaders({ id, headers: endpoint_headers ?? {}, sealed }, deps.cipher);
    return headers.map(({ name, value }) => [name, value]);
  }
  const real = callbackSecrets(delivery, deps);
  return Object.entries(delivery.headers ?? {}).map(([name, shown]) => [
    name.toLowerCase(),
    Object.hasOwn(real, name) ? (real[name] ?? shown) : shown,
  ]);
}

/** The real values of what is masked in the headers that a job gave its callback. */
function callbackSecrets({ sealed, job_id: jobId }: DeliveryRow, deps: EngineDeps): Record<string, string> {
  if (sealed === null || jobId === null) return {};
  return JSON.parse(deps.cipher.open(sealed, sealContext.callback(jobId)).toString('utf8'));
}

const secretsLiveMs = 2_000;

type LiveSigner = { sign: Signer; expiresAtMs: number };

/** The signers of an endpoint, or of a project's own callbacks. */
export type Signers = {
  of(projectId: string, endpointId: string | null): Promise<readonly Signer[]>;
  /** Secrets have changed: they are looked up anew. */
  forget(): void;
};

/** Looked up again after two seconds, so that a rotation takes hold also where it was not told of. */
export function makeSigners(deps: EngineDeps): Signers {
  const cache = new Map<string, { until: number; live: Promise<LiveSigner[]> }>();
  const load = async (projectId: string, endpointId: string | null): Promise<LiveSigner[]> => {
    const own = await liveWebhookSecrets(deps.db, projectId, endpointId);
    // A developer's listener has none of its own and is signed for with the project's. An endpoint that has none is not:
    // it may have been deleted a moment ago.
    const isLent = endpointId !== null && own.length === 0 && (await isListener(deps.db, endpointId));
    const rows = isLent ? await liveWebhookSecrets(deps.db, projectId) : own;
    return rows.map((row) => ({
      sign: signerOf(row.kind, deps.cipher.open(row.sealed, sealContext.webhookSecret(row.id)).toString('utf8')),
      // The database's clock says how long a secret lives; from here on ours counts it down.
      expiresAtMs: row.expires_in_ms === null ? Number.POSITIVE_INFINITY : deps.now() + row.expires_in_ms,
    }));
  };
  const of = async (projectId: string, endpointId: string | null) => {
    const key = endpointId ?? projectId;
    let known = cache.get(key);
    if (!known || known.until <= deps.now()) {
      known = { until: deps.now() + secretsLiveMs, live: load(projectId, endpointId) };
      known.live.catch(() => cache.delete(key));
      cache.set(key, known);
    }
    const live = await known.live;
    // Whoever waits for a secret need not wait for the next look as well.
    if (live.length === 0) cache.delete(key);
    return live.filter((signer) => signer.expiresAtMs > deps.now()).map((signer) => signer.sign);
  };
  return { of, forget: () => cache.clear() };
}
