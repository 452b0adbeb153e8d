import type { Db } from '#src/store/db/database.ts';

/** The number of a run's steps, and of those that have not ended, by kind. */
export type RunTallyRow = { run_id: string; steps: number; requests: number; callbacks: number; sleeps: number };

/** Counts the steps of runs. A run without steps has no row. */
export function tallyRuns(db: Pick<Db, 'run'>, runIds: readonly string[]): Promise<RunTallyRow[]> {
  const open = (kind: string) =>
    `count(*) filter (where p.kind = '${kind}' and p.ended_at is null and j.ended_at is null and (p.due_at > now()) is not false)::int`;
  return db.run<RunTallyRow>(
    'tally_runs',
    `select p.run_id, count(*)::int as steps, ${open('request')} as requests, ${open('callback')} as callbacks, ${open('sleep')} as sleeps
     from run_part p left join job j on j.id = p.job_id where p.run_id = any($1::uuid[]) group by p.run_id`,
    [runIds],
  );
}
