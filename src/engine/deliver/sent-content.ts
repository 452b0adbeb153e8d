import type { DeliveryContent, SignedDelivery, SigningSecret } from '#src/contract/event/delivery-content.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { signatureToleranceSeconds } from '#src/domain/text/signature.ts';
import type { Clock, Links, Reads, Seals } from '#src/engine/deps.ts';
import { shownHeaders } from '#src/engine/endpoint/endpoint-headers.ts';
import { bodyStart } from '#src/engine/show/body-text.ts';
import { deliveryUuid } from '#src/engine/show/known-id.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { findSentDelivery } from '#src/store/delivery/sent-delivery.ts';
import { listSecrets } from '#src/store/endpoint/secret-rows.ts';
import { isListener } from '#src/store/listener/listeners.ts';
import { deliveryBytes, deliveryRequest } from './delivery-request.ts';
import { makeJobLoader } from './job-loader.ts';
import { makeSigners } from './live-signers.ts';

type Deps = Reads & Links & Seals & Clock;

/** Bytes of the event that are returned with the page. */
const startBytes = 65_536;
const contentType = 'application/json';
/** Headers that are each attempt's own. */
const ownOfTry = new Set(['webhook-timestamp', 'webhook-signature']);

/** Returns what a delivery sends, with its secrets masked. Throws `not_found`. */
export async function getDeliveryContent(deps: Deps, projectId: string, id: string): Promise<DeliveryContent> {
  const row = await loadSent(deps, projectId, id);
  const bytes = await eventBytesOf(deps, row);
  const isLent = row.endpoint_id === null || (await isListener(deps.db, row.endpoint_id));
  const endpointId = isLent ? null : row.endpoint_id;
  return {
    event: bytes && bodyStart(bytes.subarray(0, startBytes), contentType, bytes.byteLength),
    headers: Object.entries(maskedHeaders(deps, row, [])).filter(([name]) => !ownOfTry.has(name)),
    signedBy: endpointId === null ? 'project' : 'endpoint',
    secrets: (await listSecrets(deps.db, { projectId, endpointId })).map(
      ({ kind, hint }): SigningSecret => ({ kind, hint }),
    ),
  };
}

/** Returns the bytes of a delivery's event. Throws `not_found`, or `payload_expunged` if they are gone. */
export async function getEventBytes(deps: Deps, projectId: string, id: string): Promise<Buffer> {
  const bytes = await eventBytesOf(deps, await loadSent(deps, projectId, id));
  if (bytes === null) throw gone(id);
  return bytes;
}

/**
 * Signs a delivery's request as a worker would, for a person who sends it by hand. The secrets themselves are not part
 * of the answer. Throws `not_found`, `payload_expunged`, or `secrets_erased` if no live secret can sign.
 */
export async function signDelivery(deps: Deps, projectId: string, id: string): Promise<SignedDelivery> {
  const row = await loadSent(deps, projectId, id);
  const bytes = await eventBytesOf(deps, row);
  if (bytes === null) throw gone(id);
  const signers = await makeSigners(deps).of(projectId, row.endpoint_id);
  if (signers.length === 0)
    throw new Refusal(
      'secrets_erased',
      `there is no live secret to sign ${id} with: rotate the receiver's secret`,
      'id',
    );
  const request = deliveryRequest(row, bytes, signers, deps);
  const own = new Map(request.headers);
  return {
    // The stored URL is the masked one; the request has the real one.
    url: row.url,
    headers: maskedHeaders(
      deps,
      row,
      [...own].filter(([name]) => ownOfTry.has(name)),
    ),
    event: bodyStart(bytes.subarray(0, startBytes), contentType, bytes.byteLength),
    validUntil: new Date(deps.now() + signatureToleranceSeconds * 1_000).toISOString(),
  };
}

async function loadSent(deps: Reads, projectId: string, id: string): Promise<DeliveryRow> {
  const row = await findSentDelivery(deps.db, projectId, deliveryUuid(id));
  if (!row) throw new Refusal('not_found', `there is no delivery ${id}`, 'id');
  return row;
}

function eventBytesOf(deps: Deps, row: DeliveryRow): Promise<Buffer | null> {
  return deliveryBytes(row, null, makeJobLoader(deps), deps);
}

/** Returns the headers of a delivery in the order in which they are sent, with secret values masked. */
function maskedHeaders(deps: Deps, row: DeliveryRow, signed: [string, string][]): Record<string, string> {
  const { endpoint_id: id, endpoint_headers: headers, endpoint_sealed: sealed } = row;
  const shown =
    id !== null && headers !== null ? shownHeaders({ id, headers, sealed }, deps.cipher) : (row.headers ?? {});
  // Without a signer the request has all other headers; those of the receiver have their real values there.
  const { headers: all } = deliveryRequest({ ...row, sealed: null, endpoint_sealed: null }, Buffer.alloc(0), [], deps);
  const masks = new Map(Object.entries(shown).map(([name, value]) => [name.toLowerCase(), value]));
  const real = new Map(signed);
  return Object.fromEntries(
    all.map(([name, value]) => [name, real.get(name) ?? masks.get(name.toLowerCase()) ?? value]),
  );
}

function gone(id: string): Refusal {
  return new Refusal(
    'payload_expunged',
    `what ${id} sent was deleted once it was delivered and its result had expired`,
    'id',
  );
}
