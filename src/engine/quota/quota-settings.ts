import type { QuotaSetter, QuotasChange, QuotasView, QuotaView } from '#src/contract/project/quotas.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { type QuotaName, quotaNames } from '#src/domain/quota/quota.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { Db } from '#src/store/db/database.ts';
import { forgetQuotaUse } from '#src/store/quota/forget-quota-use.ts';
import { openQuotaUse } from '#src/store/quota/open-quota-use.ts';
import { type QuotaStandRow, readQuotasOf } from '#src/store/quota/read-quotas.ts';
import { hasQuotas, lockProjectSettings, updateProjectSettings } from '#src/store/retention/project-settings.ts';
import { quotasOf, windowEnd } from './quota-windows.ts';

const noProject = 'there is no such project';

/** Returns the quotas of a project and where it stands. Throws `not_found`. */
export async function getQuotas(db: Pick<Db, 'run'>, projectId: string, setBy: QuotaSetter): Promise<QuotasView> {
  const row = await readQuotasOf(db, projectId);
  if (row === undefined) throw new Refusal('not_found', noProject);
  return { quotas: quotaViews(row), setBy };
}

/** Changes the quotas of a project. Throws `not_found`. */
export async function setQuotas(db: Db, projectId: string, change: QuotasChange): Promise<void> {
  await db.prismaTransaction(async (tx) => {
    const row = await lockProjectSettings(tx, projectId);
    if (!row) throw new Refusal('not_found', noProject);
    const pick = (name: QuotaName, now: number | null) => (change[name] === undefined ? now : change[name]);
    await updateProjectSettings(tx, {
      ...row,
      quotaOpenJobs: pick('openJobs', row.quotaOpenJobs),
      quotaJobsPerHour: pick('jobsPerHour', row.quotaJobsPerHour),
      quotaJobsPerDay: pick('jobsPerDay', row.quotaJobsPerDay),
      quotaStoredBytes: pick('storedBytes', row.quotaStoredBytes),
    });
    // While a project has no quota nobody counts, so what was counted before it is not the whole.
    if (!hasQuotas(row)) await forgetQuotaUse(tx, projectId);
    await openQuotaUse(tx, [projectId]);
  });
}

/** Returns each quota of a row, and where it stands. */
export function quotaViews(row: QuotaStandRow): QuotaView[] {
  const limits = quotasOf(row);
  const stand: Record<QuotaName, Omit<QuotaView, 'name' | 'limit' | 'capped'>> = {
    openJobs: { used: row.openJobs, since: null, resetsAt: null },
    jobsPerHour: { used: row.hourJobs, since: iso(row.hourAt), resetsAt: iso(windowEnd(row.hourAt, 'hour')) },
    jobsPerDay: { used: row.dayJobs, since: iso(row.dayAt), resetsAt: iso(windowEnd(row.dayAt, 'day')) },
    storedBytes: { used: row.storedBytes, since: iso(row.measuredAt), resetsAt: null },
  };
  return quotaNames.map((name) => {
    const { used, ...times } = stand[name];
    const most = name === 'openJobs' ? (limits.openJobs ?? readLimits.countedRows) : Number.POSITIVE_INFINITY;
    const capped = used !== null && used > most;
    return { name, limit: limits[name], used: capped ? most : used, capped, ...times };
  });
}
