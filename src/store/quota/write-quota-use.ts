import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { QuotaUseRow } from './lock-quota-use.ts';

const mostJobs = 2_147_483_647;

const written = makeColumns<QuotaUseRow>({
  project_id: ['uuid', (row) => row.projectId],
  hour_at: ['timestamptz', (row) => row.hourAt],
  hour_jobs: ['int', (row) => Math.min(mostJobs, row.hourJobs)],
  day_at: ['timestamptz', (row) => row.dayAt],
  day_jobs: ['int', (row) => Math.min(mostJobs, row.dayJobs)],
  open_jobs: ['int', (row) => Math.min(mostJobs, row.openJobs)],
  open_counted_at: ['timestamptz', (row) => row.openCountedAt],
  stored_bytes: ['float8', (row) => row.storedBytes],
  added_bytes: ['float8', (row) => row.addedBytes],
});

/** Writes rows that the transaction holds. */
export async function writeQuotaUse(tx: Tx, rows: readonly QuotaUseRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.send(
    'write_quota_use',
    `update quota_use u set hour_at = t.hour_at, hour_jobs = t.hour_jobs, day_at = t.day_at, day_jobs = t.day_jobs,
       open_jobs = t.open_jobs, open_counted_at = t.open_counted_at, stored_bytes = t.stored_bytes, added_bytes = t.added_bytes
     from ${written.from} where u.project_id = t.project_id`,
    written.values(rows),
  );
}
