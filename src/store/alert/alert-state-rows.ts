import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';

/** A row of `alert_state`. */
export type AlertStateRow = {
  kind: string;
  subject: string;
  /** The alert as it was last seen. */
  alert: { kind: string };
  since: Date;
  raised_at: Date | null;
  told_at: Date | null;
  gone_at: Date | null;
  cleared_at: Date | null;
};

export function findAlertStates(tx: Tx, projectId: string): Promise<AlertStateRow[]> {
  return tx.run<AlertStateRow>(
    'find_alert_states',
    `select kind, subject, alert, since, raised_at, told_at, gone_at, cleared_at from alert_state
     where project_id = $1 order by kind, subject`,
    [projectId],
  );
}

const columns = makeColumns<AlertStateRow>({
  kind: ['text', (row) => row.kind],
  subject: ['text', (row) => row.subject],
  alert: ['json', (row) => row.alert],
  since: ['timestamptz', (row) => row.since],
  raised_at: ['timestamptz', (row) => row.raised_at],
  told_at: ['timestamptz', (row) => row.told_at],
  gone_at: ['timestamptz', (row) => row.gone_at],
  cleared_at: ['timestamptz', (row) => row.cleared_at],
});

/** Replaces the rows of a project, which the caller holds. */
export async function replaceAlertStates(tx: Tx, projectId: string, rows: readonly AlertStateRow[]): Promise<void> {
  await tx.send('delete_alert_states', 'delete from alert_state where project_id = $1', [projectId]);
  if (rows.length === 0) return;
  const values = columns.values(rows);
  await tx.send(
    'insert_alert_states',
    `insert into alert_state (project_id, ${columns.names}) select $${values.length + 1}, ${columns.selected} from ${columns.from}`,
    [...values, projectId],
  );
}
