import { type DeliveryState, deliveryStates } from '#src/domain/decide/job-state.ts';
import { ofDeliveryState } from '#src/store/db/conditions.ts';
import { type Asking, conjunction, parameters, rangeSql, tally } from '#src/store/search/search.ts';
import { stretchOf } from '#src/store/search/stretch.ts';
import { type DeliveryFilter, deliveryParts } from './delivery-filter-parts.ts';

/** Counts of deliveries by state. `whole` is false for a state of which there may be more. */
export type DeliveryTally = { counts: Map<string, number>; whole: (state: DeliveryState) => boolean };

/** Counts deliveries by state. The count of a state is at most `most` + 1. */
export async function countDeliveries(db: Asking, filter: DeliveryFilter, most: number): Promise<DeliveryTally> {
  if (isOnlyTime(filter)) return countByState(db, filter, most);
  const stretch = stretchOf(filter, { beforeId: null, afterId: null, direction: 'older' });
  const table = { name: 'delivery', projectId: filter.projectId, columns: 't.id, t.state, t.created_at' } as const;
  const { counts, all } = await tally(db, { table, parts: await deliveryParts(db, filter), stretch }, most);
  return { counts, whole: () => all };
}

function isOnlyTime({ projectId: _, from: __, to: ___, ...others }: DeliveryFilter): boolean {
  return Object.values(others).every((value) => value == null || (Array.isArray(value) && value.length === 0));
}

/**
 * Counts each state along its index. Those that were delivered have none, so the newest deliveries are looked through
 * for them.
 */
async function countByState(db: Asking, filter: DeliveryFilter, most: number): Promise<DeliveryTally> {
  const { p, values } = parameters();
  const parts = await deliveryParts(db, filter);
  const checked = conjunction(
    parts.map((part) => part.condition),
    p,
  );
  const range = rangeSql(stretchOf(filter, { beforeId: null, afterId: null, direction: 'older' }), p);
  const from = `from delivery t where t.project_id = ${p(filter.projectId)}${range}`;
  const sql = deliveryStates.map((state) =>
    state === 'delivered'
      ? `select 'delivered' as state, count(*) filter (where t.state = 'delivered' and ${checked})::int as count,
           count(*)::int as looked from (select t.* ${from} order by t.id desc limit ${most}) t`
      : `select '${state}', count(*)::int, 0 from (
           select 1 ${from} and ${ofDeliveryState(p, state)} and ${checked} order by t.id desc limit ${most + 1}) t`,
  );
  // The order puts the row with the names of the columns first.
  const ordered = [...sql].sort((a) => (a.startsWith("select 'delivered' as") ? -1 : 0));
  const rows = await db.query<{ state: DeliveryState; count: number; looked: number }>(
    ordered.join(' union all '),
    values,
  );
  const counts = new Map<string, number>(rows.map((row) => [row.state, row.count]));
  const cut = rows.some(({ looked }) => looked >= most);
  return { counts, whole: (state) => (state === 'delivered' ? !cut : (counts.get(state) ?? 0) <= most) };
}
