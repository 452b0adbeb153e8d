import type { Db, Tx } from '#src/store/db/database.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

/** An endpoint with the fields that routing and sending need. */
export type ReceiverRow = {
  id: string;
  project_id: string;
  name: string;
  url: string;
  events: string[];
  labels: string[];
  project_wide: boolean;
  payload: 'full' | 'thin';
  format: 'ringback' | 'openai';
  schedule: number[] | null;
  give_up_on: string[] | null;
  state: 'enabled' | 'disabled';
};

/** Returns the endpoints of a project. Disabled ones are included, because their events are stored. */
export function findReceivers(db: Runner, projectId: string): Promise<ReceiverRow[]> {
  return db.run<ReceiverRow>(
    'find_receivers',
    `select id, project_id, name, url, events, labels, project_wide, payload, format, schedule, give_up_on, state from endpoint
     where project_id = $1 and deleted_at is null order by id`,
    [projectId],
  );
}
