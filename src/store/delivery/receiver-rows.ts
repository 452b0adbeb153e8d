import type { Db, Tx } from '#src/store/db/database.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

/** An endpoint as routing and sending need it. */
export type ReceiverRow = {
  id: string;
  project_id: string;
  name: string;
  url: string;
  events: string[];
  labels: string[];
  project_wide: boolean;
  payload: 'full' | 'thin';
  schedule: number[] | null;
  give_up_on: string[] | null;
  state: 'enabled' | 'disabled';
};

/** The endpoints of a project, disabled ones included: their events are kept. */
export function findReceivers(db: Runner, projectId: string): Promise<ReceiverRow[]> {
  return db.run<ReceiverRow>(
    'find_receivers',
    `select id, project_id, name, url, events, labels, project_wide, payload, schedule, give_up_on, state from endpoint
     where project_id = $1 and deleted_at is null order by id`,
    [projectId],
  );
}
