import type { Arm, Asking, Condition, Part, Table } from './search.ts';

/** Returns the part for a list of values of which a row has one. Each value has an arm that an index answers. */
export function oneOf<T>(values: readonly T[], equal: (p: (value: unknown) => string, value: T) => string): Part {
  const arms = [...new Set(values)].map(
    (value): Condition =>
      (p) =>
        equal(p, value),
  );
  return { arms, condition: (p) => arms.map((arm) => `(${arm(p)})`).join(' or ') || 'false' };
}

/** Returns the part for what an operation has dealt with. */
export function operationPart(operationId: string): Part {
  const items = (p: (value: unknown) => string) => `from operation_item i where i.operation_id = ${p(operationId)}`;
  const arm: Arm = (p, { limit, order, range }) =>
    `t.id = any(array(select i.item_id ${items(p)}${range('i.item_id')} order by i.item_id ${order} limit ${limit}))`;
  return { condition: (p) => `(select true ${items(p)} and i.item_id = t.id) is true`, arms: [arm] };
}

/** A table with an index over its statuses from `from` up. */
export type StatusIndex = Pick<Table, 'name' | 'projectId'> & { from: number };

/** Returns the part for a range of statuses. Of a class only the statuses that occur are searched. */
export async function statusPart(db: Asking, index: StatusIndex, [low, high]: [number, number]): Promise<Part> {
  const condition: Condition = (p) => `t.status >= ${p(low)} and t.status <= ${p(high)}`;
  if (low < index.from) return { condition };
  const statuses = low === high ? [low] : await statusesBetween(db, index, low, high);
  // The condition repeats the bound as a plain number, because a partial index is only used if the statement itself
  // shows that the index contains its rows.
  return { ...oneOf(statuses, (p, status) => `t.status = ${p(status)} and t.status >= ${index.from}`), condition };
}

async function statusesBetween(db: Asking, index: StatusIndex, low: number, high: number): Promise<number[]> {
  const next = (
    above: string,
  ) => `select t.status from ${index.name} t where t.project_id = $1 and t.status >= ${index.from}
    and t.status ${above} and t.status <= $3 order by t.status limit 1`;
  const rows = await db.query<{ status: number }>(
    `with recursive known as ((${next('>= $2')}) union all select (${next('> known.status')}) from known where known.status is not null)
     select status from known where status is not null`,
    [index.projectId, low, high],
  );
  return rows.map((row) => row.status);
}
