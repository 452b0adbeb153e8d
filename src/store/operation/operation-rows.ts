import type { Db, Tx } from '#src/store/db/database.ts';

/** A row of `operation`, with `input` as it was written. */
export type OperationRow = {
  id: string;
  project_id: string;
  kind: string;
  input: Record<string, unknown>;
  state: string;
  total: number;
  done: number;
  failed: number;
  total_capped: boolean;
  errors: { id: string; code: string; message: string }[];
  cursor: string | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  ended_at: Date | null;
};

/** Columns by name: a statement that was prepared with `*` fails once a newer version has added one. */
const columns = `id, project_id, kind, input, state, total, done, failed, total_capped, errors, cursor, created_by, created_at,
  updated_at, ended_at`;

export type NewOperation = {
  id: string;
  projectId: string;
  kind: string;
  /** Input as JSON text. The same action always has the same text. */
  input: string;
  createdBy: string;
};

/** Returns an endpoint of the project by its id or its name, unless it is deleted. */
export async function findEndpointState(
  tx: Tx,
  projectId: string,
  by: { id: string | null; name: string },
): Promise<{ id: string; state: 'enabled' | 'disabled' } | undefined> {
  const rows = await tx.run<{ id: string; state: 'enabled' | 'disabled' }>(
    'find_endpoint_state',
    `select id, state from endpoint where project_id = $1 and deleted_at is null and (id = $2 or $2::uuid is null and name = $3)`,
    [projectId, by.id, by.name],
  );
  return rows[0];
}

/** Starts an operation. Returns undefined if one of the same kind and input is running. */
export async function insertOperation(tx: Tx, operation: NewOperation): Promise<OperationRow | undefined> {
  const { id, projectId, kind, input, createdBy } = operation;
  const rows = await tx.run<OperationRow>(
    'insert_operation',
    `insert into operation (id, project_id, kind, input, created_by, created_at, updated_at, paced_at)
     values ($1, $2, $3, $4::json, $5, now(), now(), now())
     on conflict (project_id, kind, md5(input::text)) where state = 'running' do nothing returning ${columns}`,
    [id, projectId, kind, input, createdBy],
  );
  return rows[0];
}

export async function findRunningOperation(
  tx: Tx,
  operation: Pick<NewOperation, 'projectId' | 'kind' | 'input'>,
): Promise<OperationRow | undefined> {
  const rows = await tx.run<OperationRow>(
    'find_running_operation',
    `select ${columns} from operation where project_id = $1 and kind = $2 and md5(input::text) = md5($3) and state = 'running'`,
    [operation.projectId, operation.kind, operation.input],
  );
  return rows[0];
}

export async function updateTotal(
  runner: Pick<Tx, 'run'>,
  id: string,
  total: number,
  capped = false,
): Promise<OperationRow | undefined> {
  const sql = `update operation set total = greatest(total, $2), total_capped = $3 where id = $1 returning ${columns}`;
  return (await runner.run<OperationRow>('update_operation_total', sql, [id, total, capped]))[0];
}

export async function findOperation(db: Db, projectId: string, id: string): Promise<OperationRow | undefined> {
  const sql = `select ${columns} from operation where project_id = $1 and id = $2`;
  return (await db.run<OperationRow>('find_operation', sql, [projectId, id]))[0];
}

/** Lists operations, newest first, by id. */
export function listOperations(
  db: Db,
  filter: { projectId: string; beforeId: string | null; state: string | null; limit: number },
): Promise<OperationRow[]> {
  return db.run<OperationRow>(
    'list_operations',
    `select ${columns} from operation
     where project_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or state = $3)
     order by id desc limit $4`,
    [filter.projectId, filter.beforeId, filter.state, filter.limit],
  );
}

/** Stops a running operation. An ended operation stays as it is. */
export async function stopOperation(db: Db, projectId: string, id: string): Promise<void> {
  await db.run(
    'stop_operation',
    `update operation set state = 'stopped', ended_at = now(), updated_at = now()
     where project_id = $1 and id = $2 and state = 'running'`,
    [projectId, id],
  );
}

/** Locks an endpoint's state until the transaction ends, and returns it; undefined if the endpoint is deleted. */
export async function holdEndpointState(tx: Tx, endpointId: string): Promise<'enabled' | 'disabled' | undefined> {
  const rows = await tx.run<{ state: 'enabled' | 'disabled' }>(
    'hold_endpoint_state',
    'select state from endpoint where id = $1 and deleted_at is null for share',
    [endpointId],
  );
  return rows[0]?.state;
}

/** Notes what a step of an operation made, cancelled, or sent again. */
export async function insertOperationItems(tx: Tx, operationId: string, itemIds: readonly string[]): Promise<void> {
  if (itemIds.length === 0) return;
  await tx.run(
    'insert_operation_items',
    'insert into operation_item (operation_id, item_id) select $1, unnest($2::uuid[]) on conflict do nothing',
    [operationId, itemIds],
  );
}

/** Stops an operation that cannot go on, and stores the reason. The caller has locked the operation. */
export async function breakOffOperation(tx: Tx, id: string, why: OperationRow['errors'][number]): Promise<void> {
  await tx.run(
    'break_off_operation',
    `update operation set state = 'stopped', ended_at = now(), updated_at = now(), errors = $2::json where id = $1`,
    [id, JSON.stringify([why])],
  );
}

/**
 * Seconds for which the operation's rate is unused, at most two. So a late step is made up for, but a pause of all
 * workers is not.
 */
const secondsUnused = `least(2, extract(epoch from clock_timestamp() - paced_at))::float8 as seconds_unused`;

export type RunningOperationRow = OperationRow & { seconds_unused: number };

/** Returns running operations, not locked. Those that have waited longest come first. */
export function findRunning(db: Db): Promise<RunningOperationRow[]> {
  return db.run<RunningOperationRow>(
    'find_running_operations',
    `select ${columns}, ${secondsUnused} from operation where state = 'running' order by updated_at limit 100`,
  );
}

/** Locks and returns a running operation, unless another process has locked it. */
export async function lockOperation(tx: Tx, id: string): Promise<RunningOperationRow | undefined> {
  const rows = await tx.run<RunningOperationRow>(
    'lock_operation',
    `select ${columns}, ${secondsUnused} from operation where id = $1 and state = 'running' for update skip locked`,
    [id],
  );
  return rows[0];
}

export type OperationStep = {
  id: string;
  cursor: string | null;
  done: number;
  failed: number;
  /** Errors to show, those of earlier steps included; undefined: they stay as they are. */
  errors?: OperationRow['errors'];
  /** Seconds of the rate that the step used. */
  secondsUsed: number;
  completed: boolean;
};

/** Writes the progress of a step. */
export async function updateOperation(tx: Tx, step: OperationStep): Promise<void> {
  await tx.run(
    'update_operation',
    `update operation set cursor = coalesce($2, cursor), done = done + $3, failed = failed + $4,
       total = greatest(total, done + $3 + failed + $4), errors = coalesce($7::json, errors),
       paced_at = greatest(paced_at, clock_timestamp() - interval '2 s') + make_interval(secs => $5),
       state = case when $6 then 'completed' else state end, ended_at = case when $6 then now() end, updated_at = now()
     where id = $1`,
    [
      step.id,
      step.cursor,
      step.done,
      step.failed,
      step.secondsUsed,
      step.completed,
      step.errors ? JSON.stringify(step.errors) : null,
    ],
  );
}
