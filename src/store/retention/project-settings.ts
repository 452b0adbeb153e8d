import type { Db, Tx } from '#src/store/db/database.ts';

/** What a project has set itself; null where it goes by the server's configuration. */
export type ProjectSettingsRow = {
  id: string;
  result_ttl_seconds: number | null;
  retain_jobs_days: number | null;
  retain_attempts_days: number | null;
  retain_deliveries_days: number | null;
};

const columns = 'id, result_ttl_seconds, retain_jobs_days, retain_attempts_days, retain_deliveries_days';

export async function findProjectSettings(db: Db, projectId: string): Promise<ProjectSettingsRow | undefined> {
  const rows = await db.run<ProjectSettingsRow>(
    'find_project_settings',
    `select ${columns} from project where id = $1`,
    [projectId],
  );
  return rows[0];
}

export function allProjectSettings(db: Db): Promise<ProjectSettingsRow[]> {
  return db.run<ProjectSettingsRow>('all_project_settings', `select ${columns} from project order by id`);
}

/** The same, held until the end of the transaction: what is changed in it is changed from what it was. */
export async function lockProjectSettings(tx: Tx, projectId: string): Promise<ProjectSettingsRow | undefined> {
  const rows = await tx.run<ProjectSettingsRow>(
    'lock_project_settings',
    `select ${columns} from project where id = $1 for no key update`,
    [projectId],
  );
  return rows[0];
}

export async function updateProjectSettings(tx: Tx, settings: ProjectSettingsRow): Promise<void> {
  await tx.run(
    'update_project_settings',
    `update project set result_ttl_seconds = $2, retain_jobs_days = $3, retain_attempts_days = $4,
       retain_deliveries_days = $5 where id = $1`,
    [
      settings.id,
      settings.result_ttl_seconds,
      settings.retain_jobs_days,
      settings.retain_attempts_days,
      settings.retain_deliveries_days,
    ],
  );
}
