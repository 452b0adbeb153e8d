import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { Db } from '#src/store/db/database.ts';
import { type Asking, type Condition, type Found, type Part, search } from '#src/store/search/search.ts';
import { type PageWanted, stretchOf } from '#src/store/search/stretch.ts';

export type DeliveryFilter = {
  projectId: string;
  states: DeliveryState[];
  endpointId: string | null;
  jobId: string | null;
  type: string | null;
  from: Date | null;
  to: Date | null;
};

/** A row of `delivery` for reading, without the columns that only sending needs. */
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
  give_up_on: string[] | null;
  state: DeliveryState;
  attempt_count: number;
  next_attempt_at: Date | null;
  created_at: Date;
  ended_at: Date | null;
  status: number | null;
  error: DeliveryError | null;
};

const columns = `t.id, t.job_id, t.endpoint_id, t.event_id, t.type, t.url, t.headers, t.payload, t.schedule, t.give_up_on, t.state,
  t.attempt_count, t.next_attempt_at, t.created_at, t.ended_at, t.status, t.error`;

/** Lists deliveries, newest or oldest first, by id. Ids are ordered by time, so no offset and no count is needed. */
export function listDeliveries(db: Asking, filter: DeliveryFilter, page: PageWanted): Promise<Found<ShownDeliveryRow>> {
  const table = { name: 'delivery', projectId: filter.projectId, columns } as const;
  return search<ShownDeliveryRow>(db, {
    table,
    parts: parts(filter),
    stretch: stretchOf(filter, page),
    limit: page.limit,
  });
}

function parts({ jobId, endpointId, states, type, from, to }: DeliveryFilter): Part[] {
  const wanted: Part[] = [];
  // Two partial indexes cover a job's deliveries: one for terminal events, one for the others.
  if (jobId) {
    const arms: Condition[] = ['t.terminal', 'not t.terminal'].map(
      (kind) => (p) => `t.job_id = ${p(jobId)} and ${kind}`,
    );
    wanted.push({ arms, condition: (p) => `t.job_id = ${p(jobId)}` });
  }
  if (endpointId) wanted.push(indexed((p) => `t.endpoint_id = ${p(endpointId)}`));
  // Nearly all deliveries have the type job.completed, so it has no index and needs none.
  if (type) {
    const condition: Condition = (p) => `t.type = ${p(type)}`;
    wanted.push(
      type === 'job.completed' ? { condition } : indexed((p) => `${condition(p)} and t.type <> 'job.completed'`),
    );
  }
  if (states.length > 0) {
    const condition: Condition = (p) => `t.state = any(${p(states)}::text[])`;
    const arms = states.map(
      (state): Condition =>
        (p) =>
          `t.state = ${p(state)} and t.state <> 'delivered'`,
    );
    wanted.push(states.includes('delivered') ? { condition } : { condition, arms });
  }
  if (from) wanted.push({ condition: (p) => `t.created_at >= ${p(from)}` });
  if (to) wanted.push({ condition: (p) => `t.created_at < ${p(to)}` });
  return wanted;
}

function indexed(condition: Condition): Part {
  return { condition, arms: [condition] };
}

/** A delivery with the present headers of its endpoint, if it goes to one. */
export type FoundDeliveryRow = ShownDeliveryRow & {
  endpoint_headers: Record<string, string | null> | null;
  endpoint_sealed: Buffer | null;
};

export async function findDelivery(db: Db, projectId: string, id: string): Promise<FoundDeliveryRow | undefined> {
  const rows = await db.run<FoundDeliveryRow>(
    'find_delivery',
    `select ${columns}, e.headers as endpoint_headers, e.sealed as endpoint_sealed
     from delivery t left join endpoint e on e.id = t.endpoint_id where t.project_id = $1 and t.id = $2`,
    [projectId, id],
  );
  return rows[0];
}
