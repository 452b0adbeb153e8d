import { insertInboxMessage } from '#src/store/dashboard/inbox-rows.ts';
import type { Db } from '#src/store/db/database.ts';
import { queueNames } from '#src/store/db/queue.ts';
import { makeQueueFloor } from '#src/store/db/queue-floor.ts';
import { makeNotify } from '#src/store/db/wake.ts';
import { countDeliveries } from '#src/store/delivery/count-deliveries.ts';
import type { DeliveryFilter } from '#src/store/delivery/delivery-filter-parts.ts';
import { listDeliveries } from '#src/store/delivery/list-deliveries.ts';
import { admitDue, admitLost } from '#src/store/job/admission.ts';
import { findKnownValues } from '#src/store/job/find-known-values.ts';
import { insertJobs } from '#src/store/job/insert-jobs.ts';
import { noJobFilter } from '#src/store/job/job-filter-parts.ts';
import { countJobs, listJobs } from '#src/store/job/list-jobs.ts';
import { readMigrationState } from '#src/store/migrate/migration-state.ts';
import { insertMovedRows } from '#src/store/move/insert-moved-rows.ts';
import { movedTables } from '#src/store/move/moved-tables.ts';
import { readMovedRows } from '#src/store/move/read-moved-rows.ts';
import { previewOutlived } from '#src/store/retention/project-retention.ts';
import { countSeals } from '#src/store/rotate/count-seals.ts';
import { findOlderSeals } from '#src/store/rotate/find-older-seals.ts';
import { readSeals } from '#src/store/rotate/read-seals.ts';
import { replaceSeals } from '#src/store/rotate/replace-seals.ts';
import { listRuns } from '#src/store/run/list-runs.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { findFailureGroups } from '#src/store/stats/failure-groups.ts';
import { knownFields, plannedFilters } from '#test/support/plan-filters.ts';
import { anyValue } from './any-value.ts';

export type StatementCase = [wing: string, act: (db: Db) => unknown];

const id = '00000000-0000-7000-8000-000000000001';
const page = { limit: 21, beforeId: null, afterId: null, direction: 'older' } as const;
const newer = { ...page, afterId: id, direction: 'newer' } as const;

const noDelivery: DeliveryFilter = {
  ...{ projectId: id, states: [], endpointId: null, jobId: null, type: null, from: null, to: null },
};
const deliveryFilters: Partial<DeliveryFilter>[] = [
  {},
  { states: ['failed', 'in_progress'] },
  { endpointId: id },
  { endpointName: 'one', type: 'job.completed' },
  { jobId: id },
  { ownerId: id },
  { eventId: id },
  { operationId: id },
  { failure: 'one 503', text: 'text' },
  { origin: 'https://one.test' },
  { statusRange: [500, 599] },
  { statusRange: [200, 200], errorCodes: ['timeout'] },
  { attemptFailedFrom: new Date(0), attemptFailedTo: new Date(1), from: new Date(0), endedFrom: new Date(0) },
  { endedTo: new Date(0), endedBefore: new Date(0), to: new Date(0) },
];

function lookForFloor(db: Db): Promise<void> {
  const floor = makeQueueFloor(db, 'fetch', { everyMs: 0, thoroughMs: 0, slackSeconds: 0, onError: () => undefined });
  floor.refresh();
  return floor.idle();
}

/** Calls whose statements have a form for each of their arguments. */
export function statementCases(): StatementCase[] {
  const each = <Value>(wing: string, values: readonly Value[], act: (db: Db, value: Value) => unknown) =>
    values.map((value): StatementCase => [`store/${wing}`, (db) => act(db, value)]);
  const ids = { unknown: id, bigOperation: id, bigFlow: id, oldFlow: id, bigUpstream: id };
  const jobs = Object.values(plannedFilters(ids)).map((filter) => ({ ...noJobFilter, projectId: id, ...filter }));
  return [
    ...each('job', queueNames, async (db, queue) => {
      await admitDue(db as never, queue, 1, 1).catch(() => undefined);
      await admitLost(db as never, queue, 1, 1);
    }),
    ...each('job', [true, false], (db, mayExist) => insertJobs(db as never, [anyValue], 1, mayExist)),
    ...each('job', knownFields, (db, field) => findKnownValues(db, field, { projectId: id, text: 'a', limit: 1 })),
    ...each('job', jobs, (db, filter) => listJobs(db, filter, page)),
    ...each('job', jobs, (db, filter) => listJobs(db, filter, newer)),
    ...each('job', jobs, (db, filter) => countJobs(db, filter, anyValue)),
    ...each('delivery', deliveryFilters, (db, filter) => listDeliveries(db, { ...noDelivery, ...filter }, page)),
    ...each('delivery', deliveryFilters, (db, filter) => countDeliveries(db, { ...noDelivery, ...filter }, 10)),
    ...each('run', [null, 'one'], (db, one) =>
      listRuns(db, { projectId: id, states: one ? ['failed', 'waiting'] : [], name: one, label: one }, page),
    ),
    ...each('move', movedTables, async (db, moved) => {
      await readMovedRows(db, moved, { projectId: id, afterId: id, columns: [moved.key], limit: 1 });
      await insertMovedRows(db, moved.table, []);
      await insertMovedRows(db, moved.table, [anyValue]);
    }),
    ...each('rotate', sealedColumns, (db, column) => countSeals(db, column, anyValue)),
    ...each('rotate', sealedColumns, (db, column) => findOlderSeals(db, column, anyValue)),
    ...each('rotate', sealedColumns, (db, column) => readSeals(db, column, anyValue)),
    ...each('rotate', sealedColumns, (db, column) => replaceSeals(db, column, anyValue)),
    ...each('stats', ['job', 'delivery'] as const, (db, table) => findFailureGroups(db, table, anyValue)),
    ...each('retention', ['jobs', 'deliveries', 'attempts'] as const, (db, what) =>
      previewOutlived(db, what, anyValue),
    ),
    ['store/db', (db) => makeNotify(db)('due')],
    ['store/db', (db) => lookForFloor(db)],
    ['store/dashboard', (db) => insertInboxMessage(db, { ...anyValue, projectId: null, headers: [] })],
    ['store/migrate', (db) => readMigrationState(db)],
  ];
}
