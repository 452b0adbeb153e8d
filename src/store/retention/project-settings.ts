import type { Db, Runner } from '#src/store/db/database.ts';
import type { Project } from '#src/store/generated/client.ts';

/** What a project has set itself; null where it goes by the server's configuration. */
export type ProjectSettingsRow = Omit<Project, 'name' | 'createdAt'>;

const omit = { name: true, createdAt: true } as const;
const columns = `id, result_ttl_seconds as "resultTtlSeconds", retain_jobs_days as "retainJobsDays",
  retain_attempts_days as "retainAttemptsDays", retain_deliveries_days as "retainDeliveriesDays",
  quota_open_jobs as "quotaOpenJobs", quota_jobs_per_hour as "quotaJobsPerHour", quota_jobs_per_day as "quotaJobsPerDay",
  quota_stored_bytes as "quotaStoredBytes"`;

export function findProjectSettings({ prisma }: Runner, projectId: string): Promise<ProjectSettingsRow | null> {
  return prisma.project.findUnique({ where: { id: projectId }, omit });
}

/** This is SQL, since workers ask it, who do without Prisma. */
export function allProjectSettings(db: Pick<Db, 'run'>): Promise<ProjectSettingsRow[]> {
  return db.run<ProjectSettingsRow>('all_project_settings', `select ${columns} from project order by id`);
}

/** What a project has set, held until the end of the transaction: what is changed in it is changed from what it was. */
export async function lockProjectSettings(tx: Runner, projectId: string): Promise<ProjectSettingsRow | undefined> {
  const sql = `select ${columns} from project where id = $1 for no key update`;
  return (await tx.run<ProjectSettingsRow>('lock_project_settings', sql, [projectId]))[0];
}

export async function updateProjectSettings(tx: Runner, { id, ...settings }: ProjectSettingsRow): Promise<void> {
  await tx.prisma.project.updateMany({ where: { id }, data: settings });
}

/** Returns true if a project has a quota. */
export function hasQuotas(row: ProjectSettingsRow): boolean {
  const { quotaOpenJobs, quotaJobsPerHour, quotaJobsPerDay, quotaStoredBytes } = row;
  return [quotaOpenJobs, quotaJobsPerHour, quotaJobsPerDay, quotaStoredBytes].some((limit) => limit !== null);
}
