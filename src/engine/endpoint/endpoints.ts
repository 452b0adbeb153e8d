import type {
  CreatedEndpoint,
  DeletedEndpoint,
  Endpoint,
  SecretKind,
  UpdatedEndpoint,
} from '#src/contract/endpoint/endpoint.ts';
import { checkEvents, usualEvents } from '#src/contract/endpoint/endpoint-events.ts';
import type { EndpointChange, EndpointListInput, EndpointSpec } from '#src/contract/endpoint/endpoint-input.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { endpointDeleted } from '#src/domain/decide/decision.ts';
import { checkTargetUrl } from '#src/domain/egress/target-url.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { formatId } from '#src/domain/text/id.ts';
import { changedTls, checkGoesWithTls, noTls } from '#src/engine/client-tls.ts';
import type { Clock, Guards, Logs, Queues, Reads, Routes, Seals, Wakes } from '#src/engine/deps.ts';
import { raiseEndpointDisabled } from '#src/engine/event/operator-event.ts';
import { newId } from '#src/engine/new-id.ts';
import { endpointUuid, noSuch } from '#src/engine/show/known-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import * as store from '#src/store/endpoint/endpoint-rows.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { changedReceiver, maskedUrl, storedReceiver } from './endpoint-headers.ts';
import { addSecret } from './endpoint-secrets.ts';
import { loadEndpoint, toEndpoint } from './to-endpoint.ts';

/**
 * Registers an endpoint with a signing secret of its own. The secret is returned here. Throws `name_taken`, or a
 * refusal for a URL that the egress rules forbid.
 */
export async function createEndpoint(
  deps: Reads & Seals & Routes & Guards & Clock,
  projectId: string,
  spec: EndpointSpec,
  signing: SecretKind,
): Promise<CreatedEndpoint> {
  const url = allowedUrl(spec.url, deps);
  if (url.includes(mask)) throw maskedUrl();
  const id = newId(deps.now());
  const created = await namingOnce(spec.name, () =>
    deps.db.transaction(async (tx) => {
      const row = await addEndpoint(tx, { id, projectId }, { ...spec, url }, deps);
      return {
        ...toEndpoint(row, deps.cipher),
        ...(await addSecret(tx, { projectId, endpointId: id }, signing, deps)),
      };
    }),
  );
  deps.receivers.forget();
  return created;
}

/**
 * Stores an endpoint without a secret, inside the caller's transaction. The target of its URL is not checked. The caller
 * clears the receivers' cache after the commit.
 */
export function addEndpoint(
  tx: Tx,
  { id, projectId }: { id: string; projectId: string },
  spec: EndpointSpec,
  { cipher, now }: Seals & Clock,
): Promise<store.EndpointRow> {
  const stored = storedReceiver(id, spec, cipher);
  const tls = changedTls(noTls, spec.tls, { context: sealContext.endpointTls(id), cipher, nowMs: now() });
  checkGoesWithTls(tls, spec.url);
  return store.insertEndpoint(tx, { ...fieldsOf(spec), ...stored, ...tls, id, project_id: projectId });
}

/** Returns the project's endpoints. Developers' listeners are included only on request. */
export async function listEndpoints(
  deps: Reads & Seals,
  projectId: string,
  { includeListeners = false }: EndpointListInput,
): Promise<Endpoint[]> {
  const rows = await store.findEndpointsFor(deps.db, projectId, includeListeners);
  return rows.map((row) => toEndpoint(row, deps.cipher));
}

/** Returns an endpoint. Throws `not_found`. */
export async function getEndpoint(deps: Reads & Seals, projectId: string, id: string): Promise<Endpoint> {
  return toEndpoint(await loadEndpoint(deps, projectId, id), deps.cipher);
}

/**
 * Changes the given fields of an endpoint. Waiting deliveries go to the new URL, with the new headers and limits.
 * Throws `not_found`, `name_taken`, `invalid_header`, `secrets_erased`, or a refusal for a URL that the egress rules
 * forbid.
 */
export async function updateEndpoint(
  deps: Reads & Seals & Wakes & Routes & Guards & Clock,
  projectId: string,
  id: string,
  change: EndpointChange,
): Promise<UpdatedEndpoint> {
  const uuid = endpointUuid(id);
  const url = change.url === undefined ? {} : { url: allowedUrl(change.url, deps) };
  const updated = await namingOnce(change.name ?? '', () =>
    deps.db.transaction(async (tx) => {
      const row = await store.lockEndpoint(tx, projectId, uuid);
      if (!row) throw noSuch('end', id);
      const { cleared, moved, ...stored } = changedReceiver(row, { ...change, ...url }, deps.cipher);
      const sealing = { context: sealContext.endpointTls(uuid), cipher: deps.cipher, nowMs: deps.now() };
      const tls = changedTls(row, change.tls, sealing);
      checkGoesWithTls(tls, stored.url);
      const fields = { ...row, ...fieldsOf(change, row), ...eventsOf(row, change), ...stored, ...tls };
      const written = await store.updateEndpoint(tx, uuid, fields, moved);
      return { ...toEndpoint(written, deps.cipher), clearedHeaders: cleared };
    }),
  );
  changed(deps);
  return updated;
}

/**
 * Disables an endpoint and writes the `endpoint.disabled` event. Its deliveries are kept as skipped until it is enabled
 * again. An endpoint that is disabled already keeps its reason. Throws `not_found`.
 */
export async function disableEndpoint(
  deps: Reads & Seals & Queues & Wakes & Routes & Clock & Logs,
  projectId: string,
  id: string,
): Promise<Endpoint> {
  const uuid = endpointUuid(id);
  const row = await deps.db.transaction(async (tx) => {
    const found = await store.lockEndpoint(tx, projectId, uuid);
    if (!found) throw noSuch('end', id);
    if (found.state === 'disabled') return found;
    await raiseEndpointDisabled(tx, found, 'manual', null, deps);
    return store.disableEndpoint(tx, uuid);
  });
  changed(deps);
  return toEndpoint(row, deps.cipher);
}

/** Enables an endpoint. Throws `not_found`. */
export async function enableEndpoint(
  deps: Reads & Seals & Wakes & Routes,
  projectId: string,
  id: string,
): Promise<Endpoint> {
  const row = await store.enableEndpoint(deps.db, projectId, endpointUuid(id));
  if (!row) throw noSuch('end', id);
  changed(deps);
  return toEndpoint(row, deps.cipher);
}

/** Deletes an endpoint and cancels the deliveries that wait for it. Its name can be used again. Throws `not_found`. */
export async function deleteEndpoint(
  deps: Reads & Wakes & Routes,
  projectId: string,
  id: string,
): Promise<DeletedEndpoint> {
  const uuid = endpointUuid(id);
  const cancelledDeliveries = await deps.db.transaction(async (tx) => {
    if (!(await store.lockEndpoint(tx, projectId, uuid))) throw noSuch('end', id);
    await store.markEndpointDeleted(tx, uuid);
    return store.cancelWaitingDeliveries(tx, uuid, endpointDeleted);
  });
  changed(deps);
  return { id: formatId('end', uuid), cancelledDeliveries };
}

/**
 * Drops the cached endpoints, so that new events use the changed ones, and notifies `due`, because waiting deliveries
 * may be due now.
 */
function changed(deps: Wakes & Routes): void {
  deps.receivers.forget();
  deps.notify('due');
}

/** Returns the format and events after a change. A new format without events gets its default ones. */
function eventsOf(
  row: Pick<store.EndpointRow, 'format' | 'events'>,
  { format = row.format, events }: Pick<EndpointChange, 'format' | 'events'>,
): Pick<store.EndpointFields, 'format' | 'events'> {
  if (events) checkEvents(format, events);
  return { format, events: events ?? (format === row.format ? row.events : usualEvents(format)) };
}

const none = { project_wide: false, schedule: null, give_up_on: null };

/**
 * Returns the given fields under the names of their columns. Absent ones keep the value of `before`. URL and headers
 * are handled elsewhere.
 */
function fieldsOf<Given extends Partial<EndpointSpec>>(
  { projectWide, scheduleSeconds, giveUpOn, headers: _, url: __, tls: ___, ...rest }: Given,
  before: Pick<store.EndpointFields, 'project_wide' | 'schedule' | 'give_up_on'> = none,
) {
  return {
    ...rest,
    project_wide: projectWide ?? before.project_wide,
    schedule: scheduleSeconds === undefined ? before.schedule : scheduleSeconds,
    give_up_on: giveUpOn === undefined ? before.give_up_on : giveUpOn.length > 0 ? giveUpOn : null,
  };
}

function allowedUrl(url: string, deps: Guards): string {
  const target = checkTargetUrl(url, deps.egress);
  if (!target.ok) throw new Refusal(target.code, target.message, 'url');
  return target.href;
}

async function namingOnce<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!store.isNameTaken(error)) throw error;
    throw new Refusal('name_taken', `there is an endpoint "${name}" already; choose another name`, 'name');
  }
}
