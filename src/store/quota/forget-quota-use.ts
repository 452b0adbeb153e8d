import type { Runner } from '#src/store/db/database.ts';

/** Deletes what was counted of a project. It is counted anew when jobs are stored while the project has a quota. */
export async function forgetQuotaUse(tx: Pick<Runner, 'run'>, projectId: string): Promise<void> {
  await tx.run('forget_quota_use', 'delete from quota_use where project_id = $1', [projectId]);
}
