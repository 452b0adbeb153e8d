import type { EndpointProblem } from '#src/domain/endpoint/endpoint-health.ts';
import { toJson } from '#src/store/db/columns.ts';
import { deliveryWaits } from '#src/store/db/conditions.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

/** Fields of an endpoint that a caller sets. */
export type EndpointFields = {
  name: string;
  /** URL as it is shown: credentials in its query are masked, and the real URL is in `sealed`. */
  url: string;
  description: string;
  events: string[];
  labels: string[];
  project_wide: boolean;
  payload: 'full' | 'thin';
  format: 'ringback' | 'openai';
  /** Header names, each with the text shown for a secret value; null: the opened value is shown. */
  headers: Record<string, string | null>;
  /** Real URL and header values, sealed under `sealContext.endpointHeaders`; null if there are no headers and no secrets. */
  sealed: Uint8Array | null;
  /** Certificate and authorities in PEM; null: the usual ones. */
  tls: { certificate: string | null; ca: string | null } | null;
  /** Private key of the certificate, sealed under `sealContext.endpointTls`. */
  tls_key: Uint8Array | null;
  schedule: number[] | null;
  /** Status patterns that end a delivery; null: none. */
  give_up_on: string[] | null;
  rate: number | null;
  concurrency: number | null;
};

export type EndpointRow = EndpointFields & {
  id: string;
  project_id: string;
  state: 'enabled' | 'disabled';
  disabled_reason: string | null;
  disabled_at: Date | null;
  failing_since: Date | null;
  last_success_at: Date | null;
  last_failure_at: Date | null;
  problem: EndpointProblem | null;
  paused_until: Date | null;
  recovered_at: Date | null;
  next_slot_at: Date | null;
  created_at: Date;
  updated_at: Date;
  /** True if the endpoint belongs to a developer's stream. */
  listener: boolean;
};

const columns = `id, project_id, name, url, description, events, labels, project_wide, payload, format, headers, sealed, schedule, give_up_on,
  rate, concurrency, state, disabled_reason, disabled_at, failing_since, last_success_at, last_failure_at, problem, paused_until,
  recovered_at, next_slot_at, created_at, updated_at, tls, tls_key, exists (select 1 from listener l where l.endpoint_id = endpoint.id) as listener`;

/**
 * Returns a project's endpoints by name. Disabled ones are included, deleted ones are not, and those of listeners are
 * included on request.
 */
export function findEndpointsFor(runner: Runner, projectId: string, includeListeners: boolean): Promise<EndpointRow[]> {
  return runner.run<EndpointRow>(
    'find_endpoints_for',
    `select ${columns} from endpoint where project_id = $1 and deleted_at is null
       and ($2 or not exists (select 1 from listener l where l.endpoint_id = endpoint.id)) order by name`,
    [projectId, includeListeners],
  );
}

export async function findEndpoint(runner: Runner, projectId: string, id: string): Promise<EndpointRow | undefined> {
  const rows = await runner.run<EndpointRow>(
    'find_endpoint',
    `select ${columns} from endpoint where project_id = $1 and id = $2 and deleted_at is null`,
    [projectId, id],
  );
  return rows[0];
}

/** Locks and returns an endpoint, so that changes and rotations wait for each other. */
export async function lockEndpoint(tx: Tx, projectId: string, id: string): Promise<EndpointRow | undefined> {
  const rows = await tx.run<EndpointRow>(
    'lock_endpoint',
    `select ${columns} from endpoint where project_id = $1 and id = $2 and deleted_at is null for update`,
    [projectId, id],
  );
  return rows[0];
}

export async function insertEndpoint(
  tx: Tx,
  endpoint: EndpointFields & { id: string; project_id: string },
): Promise<EndpointRow> {
  const rows = await tx.run<EndpointRow>(
    'insert_endpoint',
    `insert into endpoint (id, project_id, name, url, description, events, labels, project_wide, payload, headers, sealed, schedule,
                           give_up_on, rate, concurrency, format, tls, tls_key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11, $12::json, $13::json, $14, $15, $16, $17::json, $18) returning ${columns}`,
    [endpoint.id, endpoint.project_id, ...fieldValues(endpoint)],
  );
  return rows[0] as EndpointRow;
}

/**
 * Writes the fields that a caller sets. A new URL has no health history: deliveries held back by the old URL's failures
 * go at once, with a ramp. If the rate changes, slots given by the old rate are dropped.
 */
export async function updateEndpoint(tx: Tx, id: string, fields: EndpointFields, moved: boolean): Promise<EndpointRow> {
  const rows = await tx.run<EndpointRow>(
    'update_endpoint',
    `update endpoint set name = $2, url = $3, description = $4, events = $5, labels = $6, project_wide = $7, payload = $8,
       headers = $9::json, sealed = $10, schedule = $11::json, give_up_on = $12::json,
       rate = $13, concurrency = $14, format = $15, tls = $16::json, tls_key = $17, updated_at = now(),
       next_slot_at = case when rate is distinct from $13 then least(next_slot_at, now()) else next_slot_at end,
       recovered_at = case when $18::bool and paused_until > now() then now() else recovered_at end,
       failing_since = case when not $18::bool then failing_since end, paused_until = case when not $18::bool then paused_until end,
       problem = case when not $18::bool and sealed is not distinct from $10 and tls_key is not distinct from $17 then problem end,
       asked_until = case when not $18::bool then asked_until end,
       healthy_from = case when not $18::bool then healthy_from else clock_timestamp() end
     where id = $1 returning ${columns}`,
    [id, ...fieldValues(fields), moved],
  );
  return rows[0] as EndpointRow;
}

function fieldValues(fields: EndpointFields): unknown[] {
  return [
    fields.name,
    fields.url,
    fields.description,
    fields.events,
    fields.labels,
    fields.project_wide,
    fields.payload,
    JSON.stringify(fields.headers),
    fields.sealed,
    toJson(fields.schedule),
    toJson(fields.give_up_on),
    fields.rate,
    fields.concurrency,
    fields.format,
    toJson(fields.tls),
    fields.tls_key,
  ];
}

type SealedParts = Pick<EndpointRow, 'url' | 'headers' | 'sealed' | 'tls_key'>;

/** Returns the URLs, headers and keys of all endpoints that have headers, a query or a key, to encrypt them anew. */
export function findAllReceivers(db: Db): Promise<(SealedParts & { id: string })[]> {
  return db.run(
    'find_all_endpoint_receivers',
    `select id, url, headers, sealed, tls_key from endpoint
     where deleted_at is null and (headers::text <> '{}' or strpos(url, '?') > 0 or tls_key is not null)`,
  );
}

/** Writes a URL and headers that were encrypted anew, unless somebody changed them in the meantime. */
export async function replaceReceiver(db: Db, before: SealedParts & { id: string }, after: SealedParts): Promise<void> {
  await db.run(
    'replace_endpoint_receiver',
    `update endpoint set url = $4, headers = $5::json, sealed = $6, tls_key = $8
     where id = $1 and url = $2 and sealed is not distinct from $3 and tls_key is not distinct from $7`,
    [
      ...[before.id, before.url, before.sealed, after.url, JSON.stringify(after.headers), after.sealed],
      ...[before.tls_key, after.tls_key],
    ],
  );
}

/** Returns true if a write failed because another endpoint of the project has the name. */
export function isNameTaken(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'endpoint_name_key';
}

/** Disables an endpoint by hand. */
export async function disableEndpoint(tx: Tx, id: string): Promise<EndpointRow> {
  const rows = await tx.run<EndpointRow>(
    'disable_endpoint',
    `update endpoint set state = 'disabled', disabled_reason = 'manual', disabled_at = now(), updated_at = now()
     where id = $1 returning ${columns}`,
    [id],
  );
  return rows[0] as EndpointRow;
}

/** Enables an endpoint and clears its failures and its pause. The ramp starts only if it was disabled or paused. */
export async function enableEndpoint(db: Db, projectId: string, id: string): Promise<EndpointRow | undefined> {
  const rows = await db.run<EndpointRow>(
    'enable_endpoint',
    `update endpoint set state = 'enabled', disabled_reason = null, disabled_at = null, failing_since = null, paused_until = null, problem = null,
       asked_until = null, healthy_from = clock_timestamp(),
       recovered_at = case when state = 'disabled' or paused_until > now() then now() else recovered_at end, updated_at = now()
     where project_id = $1 and id = $2 and deleted_at is null returning ${columns}`,
    [projectId, id],
  );
  return rows[0];
}

/**
 * Ends the pause of a locked endpoint: its next probe is due now, also one by an event about progress, for which the last
 * sending must be some time ago.
 */
export async function endPause(tx: Tx, id: string): Promise<void> {
  await tx.run(
    'end_pause',
    'update endpoint set paused_until = now(), last_go_at = null where id = $1 and paused_until > now()',
    [id],
  );
}

/** Marks an endpoint as deleted and erases its secrets. Its row stays, because deliveries refer to it. */
export async function markEndpointDeleted(tx: Tx, id: string): Promise<void> {
  await tx.run(
    'mark_endpoint_deleted',
    'update endpoint set deleted_at = now(), updated_at = now(), sealed = null, tls = null, tls_key = null where id = $1',
    [id],
  );
  await tx.run('delete_endpoint_secrets', 'delete from webhook_secret where endpoint_id = $1', [id]);
}

const batchRows = 5_000;

/** Cancels the waiting deliveries of an endpoint, a batch at a time, and returns their number. */
export async function cancelWaitingDeliveries(
  tx: Tx,
  endpointId: string,
  error: { code: string; message: string },
): Promise<number> {
  let count = 0;
  for (let last: string | undefined = '00000000-0000-0000-0000-000000000000'; last !== undefined; ) {
    const rows: { id: string }[] = await tx.run<{ id: string }>(
      'cancel_waiting_deliveries',
      `with waiting as (
         select id from delivery where endpoint_id = $1 and id > $2 and ${deliveryWaits()}
         order by id limit ${batchRows} for update
       ), erased_secrets as (
         delete from delivery_secret where delivery_id in (select id from waiting)
       ), erased_payloads as (
         delete from delivery_payload where delivery_id in (select id from waiting)
       )
       update delivery set state = 'cancelled', ended_at = now(), error = $3::json, next_attempt_at = null, admitted_at = null,
         granted = false
       from waiting where delivery.id = waiting.id returning delivery.id`,
      [endpointId, last, JSON.stringify(error)],
    );
    count += rows.length;
    last = rows.length < batchRows ? undefined : rows.reduce((most, { id }) => (id > most ? id : most), '');
  }
  return count;
}
