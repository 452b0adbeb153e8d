import type { Tx } from '#src/store/db/database.ts';

/** A project whose alerts this process looks at now. `looked_at` proves it to the transaction that writes. */
export type LookedProject = { project_id: string; looked_at: Date };

const wanted = `array['alert.raised', 'alert.cleared']`;
const listens = (project: string) =>
  `exists (select 1 from endpoint e where e.project_id = ${project} and e.deleted_at is null and e.events && ${wanted})`;

/**
 * Takes projects that somebody wants to be told of and that nobody has looked at for so long. Those that another process
 * takes are left out.
 */
export async function takeAlertProjects(tx: Tx, everyMs: number, limit: number): Promise<LookedProject[]> {
  await tx.send(
    'make_listened_alert_settings',
    `insert into alert_settings (project_id)
     select distinct project_id from endpoint where deleted_at is null and events && ${wanted} order by project_id
     on conflict do nothing`,
  );
  return tx.run<LookedProject>(
    'take_alert_projects',
    `update alert_settings set looked_at = now() where project_id in (
       select s.project_id from alert_settings s
       where (s.looked_at is null or s.looked_at <= now() - $1 * interval '1 ms')
         and (s.slack_sealed is not null or s.emails <> '{}' or ${listens('s.project_id')})
       order by s.looked_at nulls first limit $2 for no key update of s skip locked)
     returning project_id, looked_at`,
    [everyMs, limit],
  );
}

/** Locks the settings of a project that this process took; undefined: another one has taken it since. */
export async function holdAlertProject(tx: Tx, { project_id, looked_at }: LookedProject): Promise<boolean> {
  const rows = await tx.run(
    'hold_alert_project',
    'select 1 from alert_settings where project_id = $1 and looked_at = $2 for no key update',
    [project_id, looked_at],
  );
  return rows.length > 0;
}
