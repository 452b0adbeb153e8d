import type { Db, Tx } from '#src/store/db/database.ts';

/** Settings of a kind of alert that differ from the defaults. */
export type StoredAlertRules = Record<string, { told?: boolean; afterSeconds?: number }>;

/** A row of `alert_settings`. */
export type AlertSettingsRow = {
  project_id: string;
  slack_url: string | null;
  slack_sealed: Buffer | null;
  emails: string[];
  timezone: string;
  quiet_from: number | null;
  quiet_to: number | null;
  rules: StoredAlertRules;
};

const columns = 'project_id, slack_url, slack_sealed, emails, timezone, quiet_from, quiet_to, rules';

export async function findAlertSettings(db: Pick<Db, 'run'>, projectId: string): Promise<AlertSettingsRow | undefined> {
  const sql = `select ${columns} from alert_settings where project_id = $1`;
  return (await db.run<AlertSettingsRow>('find_alert_settings', sql, [projectId]))[0];
}

/** Returns the settings of a project, made if there are none, and locked: they are changed from what they were. */
export async function lockAlertSettings(tx: Tx, projectId: string): Promise<AlertSettingsRow> {
  await tx.run('make_alert_settings', 'insert into alert_settings (project_id) values ($1) on conflict do nothing', [
    projectId,
  ]);
  const sql = `select ${columns} from alert_settings where project_id = $1 for no key update`;
  return (await tx.run<AlertSettingsRow>('lock_alert_settings', sql, [projectId]))[0] as AlertSettingsRow;
}

export async function updateAlertSettings(tx: Tx, row: AlertSettingsRow): Promise<void> {
  await tx.run(
    'update_alert_settings',
    `update alert_settings set slack_url = $2, slack_sealed = $3, emails = $4, timezone = $5, quiet_from = $6,
       quiet_to = $7, rules = $8 where project_id = $1`,
    [
      ...[row.project_id, row.slack_url, row.slack_sealed, row.emails, row.timezone, row.quiet_from, row.quiet_to],
      JSON.stringify(row.rules),
    ],
  );
}
