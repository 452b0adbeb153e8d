import type { FlowRate } from '#src/domain/flow/flow-clock.ts';
import type { RetrySetting } from '#src/domain/policy/resolve-policy.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/** What runs a statement: the pool, or a transaction. */
export type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

/** Key and limits of the flow of an upstream's jobs. `key` null: `upstream:<name>`. */
export type StoredFlow = { key: string | null; concurrency: number | null; rate: FlowRate | null };

/** A row of `upstream`. */
export type UpstreamRow = {
  id: string;
  project_id: string;
  name: string;
  base_url: string;
  format: 'openai' | 'anthropic' | 'freddy' | 'none';
  /** Names of the headers, each with the masked form of its value if that is secret. */
  headers: Record<string, string | null>;
  sealed: Buffer | null;
  /** Certificate and authorities in PEM; null: the usual ones. */
  tls: { certificate: string | null; ca: string | null } | null;
  /** Private key of the certificate, sealed under `sealContext.upstreamTls`. */
  tls_key: Buffer | Uint8Array | null;
  is_default: boolean;
  models: string[];
  retry: RetrySetting | null;
  timeout_ms: number | null;
  flow: StoredFlow | null;
  created_at: Date;
  updated_at: Date;
};

/** The columns that the owners of an upstream set. */
export type UpstreamFields = Omit<UpstreamRow, 'id' | 'project_id' | 'created_at' | 'updated_at'>;

/** The id of an upstream, or its name; the other one is null. */
export type UpstreamKey = { id: string; name: null } | { id: null; name: string };

const columns = `id, project_id, name, base_url, format, headers, sealed, is_default, models, retry, timeout_ms, flow,
  created_at, updated_at, tls, tls_key`;

/** Returns the upstreams of a project by their names. */
export function findUpstreams(runner: Runner, projectId: string): Promise<UpstreamRow[]> {
  return runner.run<UpstreamRow>(
    'find_upstreams',
    `select ${columns} from upstream where project_id = $1 order by name`,
    [projectId],
  );
}

/** Locks the project's upstream with this id, or else with this name, and returns it. */
export async function lockUpstream(
  tx: Tx,
  projectId: string,
  { id, name }: UpstreamKey,
): Promise<UpstreamRow | undefined> {
  const rows = await tx.run<UpstreamRow>(
    'lock_upstream',
    `select ${columns} from upstream where project_id = $1 and (id = $2 or name = $3) for update`,
    [projectId, id, name],
  );
  return rows[0];
}

const values = (fields: UpstreamFields) => [
  fields.name,
  fields.base_url,
  fields.format,
  JSON.stringify(fields.headers),
  fields.sealed,
  fields.is_default,
  fields.models,
  fields.retry === null ? null : JSON.stringify(fields.retry),
  fields.timeout_ms,
  fields.flow === null ? null : JSON.stringify(fields.flow),
  fields.tls === null ? null : JSON.stringify(fields.tls),
  fields.tls_key,
];

/** Stores an upstream. */
export async function insertUpstream(
  tx: Tx,
  { id, projectId, ...fields }: UpstreamFields & { id: string; projectId: string },
): Promise<UpstreamRow> {
  const rows = await tx.run<UpstreamRow>(
    'insert_upstream',
    `insert into upstream (id, project_id, name, base_url, format, headers, sealed, is_default, models, retry, timeout_ms, flow,
       tls, tls_key)
     values ($1, $2, $3, $4, $5, $6::json, $7, $8, $9, $10::json, $11, $12::json, $13::json, $14) returning ${columns}`,
    [id, projectId, ...values(fields)],
  );
  return rows[0] as UpstreamRow;
}

/** Writes what the owners of an upstream changed. The caller has locked it. */
export async function updateUpstream(tx: Tx, id: string, fields: UpstreamFields): Promise<UpstreamRow> {
  const rows = await tx.run<UpstreamRow>(
    'update_upstream',
    `update upstream set name = $2, base_url = $3, format = $4, headers = $5::json, sealed = $6, is_default = $7, models = $8,
       retry = $9::json, timeout_ms = $10, flow = $11::json, tls = $12::json, tls_key = $13, updated_at = now() where id = $1 returning ${columns}`,
    [id, ...values(fields)],
  );
  return rows[0] as UpstreamRow;
}

/** Makes the default of a project, if it has one, an upstream like others. */
export async function clearDefault(tx: Tx, projectId: string): Promise<void> {
  await tx.run(
    'clear_default_upstream',
    'update upstream set is_default = false, updated_at = now() where project_id = $1 and is_default',
    [projectId],
  );
}

/** Deletes an upstream with its credentials. */
export async function deleteUpstream(tx: Tx, id: string): Promise<void> {
  await tx.run('delete_upstream', 'delete from upstream where id = $1', [id]);
}

/** Counts the jobs of an upstream that have not ended, up to `most`. */
export async function countUnfinishedJobs(tx: Tx, projectId: string, id: string, most: number): Promise<number> {
  const rows = await tx.run<{ count: number }>(
    'count_upstream_jobs',
    `select count(*)::int as count from (
       select 1 from job where project_id = $1 and upstream_id = $2 and state in ('scheduled', 'queued', 'in_progress', 'retrying')
       limit $3) unfinished`,
    [projectId, id, most],
  );
  return rows[0]?.count ?? 0;
}

/** Headers of an upstream as they are stored. */
export type StoredHeaders = Pick<UpstreamRow, 'headers' | 'sealed'>;

/** Returns true if a write failed because another upstream of the project has the name. */
export function isUpstreamNameTaken(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && constraint === 'upstream_project_id_name_key';
}
