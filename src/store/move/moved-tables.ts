import { type SealedColumn, sealedColumns } from '#src/store/seal/sealed-columns.ts';

/** A table whose rows of a project are exported, in the order in which they can be imported. */
export type MovedTable = Readonly<{
  table: string;
  key: string;
  /** Condition for the rows `t` of the project `$1`. */
  where: string;
  /** The sealed columns, whose values are not part of the rows. */
  sealed: readonly SealedColumn[];
  /** Columns that are different in the other installation, as JSON, and expressions are not possible. */
  changes: Readonly<Record<string, unknown>>;
}>;

const moved = (table: string, where = 't.project_id = $1', rest: Partial<MovedTable> = {}): MovedTable => ({
  ...{ table, key: 'id', where, changes: {} },
  sealed: sealedColumns.filter((column) => column.table === table),
  ...rest,
});

const isEndpoint = (id: string) =>
  `exists (select 1 from endpoint e where e.id = ${id} and e.deleted_at is null
     and not exists (select 1 from listener l where l.endpoint_id = e.id))`;

/** What is exported of a project: its settings, not what has happened in it. */
export const movedTables: readonly MovedTable[] = [
  moved('project', 't.id = $1'),
  moved('endpoint', `t.project_id = $1 and ${isEndpoint('t.id')}`),
  moved(
    'webhook_secret',
    `t.project_id = $1 and (t.expires_at is null or t.expires_at > now())
     and (t.endpoint_id is null or ${isEndpoint('t.endpoint_id')})`,
  ),
  moved('upstream'),
  // Two installations must not make the same jobs: somebody resumes the schedules when the other one has stopped.
  moved('schedule', 't.project_id = $1', {
    changes: { next_run_at: null, last_run_at: null, last_outcome: null, last_reason: null, last_job_id: null },
  }),
  moved('line', `t.project_id = $1 and t.kind in ('flow', 'pause') and (t.fixed or t.paused_at is not null)`, {
    changes: { next_start_at: null, wake_at: null },
  }),
  moved('alert_settings', 't.project_id = $1', { key: 'project_id', changes: { looked_at: null } }),
  moved('api_key', 't.project_id = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())'),
];
