import type { DeliveryError } from '#src/domain/decision.ts';
import type { DeliveryState } from '#src/domain/job-state.ts';
import type { Db } from './pool.ts';

export type DeliveryFilter = {
  projectId: string;
  limit: number;
  /** Only deliveries before this one, newest first. */
  beforeId: string | null;
  states: DeliveryState[];
  endpointId: string | null;
  jobId: string | null;
  type: string | null;
  from: Date | null;
  to: Date | null;
};

/** A row of `delivery` as it is read, without what sending it takes. */
export type ShownDeliveryRow = {
  id: string;
  job_id: string | null;
  endpoint_id: string | null;
  event_id: string;
  type: string;
  url: string;
  headers: Record<string, string> | null;
  payload: 'full' | 'thin';
  schedule: number[] | null;
  state: DeliveryState;
  attempt_count: number;
  next_attempt_at: Date | null;
  created_at: Date;
  ended_at: Date | null;
  status: number | null;
  error: DeliveryError | null;
};

const columns = `d.id, d.job_id, d.endpoint_id, d.event_id, d.type, d.url, d.headers, d.payload, d.schedule, d.state,
  d.attempt_count, d.next_attempt_at, d.created_at, d.ended_at, d.status, d.error`;

/** Newest first, by id: ids are time-ordered, so no offset and no count is ever needed. */
export async function listDeliveries(db: Db, filter: DeliveryFilter): Promise<ShownDeliveryRow[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: (parameter: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where((p) => `d.project_id = ${p}`, filter.projectId);
  if (filter.beforeId) where((p) => `d.id < ${p}`, filter.beforeId);
  if (filter.states.length > 0) where((p) => `d.state = any(${p})`, filter.states);
  if (filter.endpointId) where((p) => `d.endpoint_id = ${p}`, filter.endpointId);
  // Two partial indexes cover a job's deliveries: of terminal events and of others.
  if (filter.jobId)
    where((p) => `(d.job_id = ${p} and d.terminal or d.job_id = ${p} and not d.terminal)`, filter.jobId);
  if (filter.type) where((p) => `d.type = ${p}`, filter.type);
  if (filter.from) where((p) => `d.created_at >= ${p}`, filter.from);
  if (filter.to) where((p) => `d.created_at < ${p}`, filter.to);
  values.push(filter.limit);
  const sql = `select ${columns} from delivery d where ${conditions.join(' and ')} order by d.id desc limit $${values.length}`;
  const { rows } = await db.pool.query<ShownDeliveryRow>(sql, values);
  return rows;
}

export async function findDelivery(db: Db, projectId: string, id: string): Promise<ShownDeliveryRow | undefined> {
  const rows = await db.run<ShownDeliveryRow>(
    'find_delivery',
    `select ${columns} from delivery d where d.project_id = $1 and d.id = $2`,
    [projectId, id],
  );
  return rows[0];
}
