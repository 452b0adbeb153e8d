import { sealContext } from './sealed-parts.ts';

/** The ids that the context of a sealed value is made of: of its own row, and of the delivery it belongs to. */
export type SealedRow = Readonly<{ id: string; job_id: string | null; project_id: string | null }>;

/** A column whose values are sealed. */
export type SealedColumn = Readonly<{
  table: string;
  column: string;
  /** The primary key, which is a UUID. */
  key: string;
  /** Condition for the rows whose value is sealed. */
  only: string;
  /** True if the table grows with the jobs: it is never read whole. The ids of its rows then tell when they were made. */
  grows: boolean;
  /** The context of a row's value; null: the row is without its owner, and nobody reads it any more. */
  context(row: SealedRow): string | null;
}>;

const column = (
  table: string,
  name: string,
  context: SealedColumn['context'],
  rest: Partial<SealedColumn> = {},
): SealedColumn => ({ table, column: name, key: 'id', only: 'true', grows: false, ...rest, context });

const ofJob = { key: 'job_id', grows: true };

/** All columns with sealed values. A test holds the list equal to the tables. */
export const sealedColumns: readonly SealedColumn[] = [
  column('webhook_secret', 'sealed', ({ id }) => sealContext.webhookSecret(id)),
  column('endpoint', 'sealed', ({ id }) => sealContext.endpointHeaders(id)),
  column('endpoint', 'tls_key', ({ id }) => sealContext.endpointTls(id)),
  column('upstream', 'sealed', ({ id }) => sealContext.upstream(id)),
  column('upstream', 'tls_key', ({ id }) => sealContext.upstreamTls(id)),
  column('schedule', 'sealed', ({ id }) => sealContext.schedule(id)),
  column('alert_settings', 'slack_sealed', ({ id }) => sealContext.alertReceiver(id), { key: 'project_id' }),
  column('listener_message', 'sealed', ({ id }) => sealContext.carried('message', id)),
  column('listener_message', 'answer_sealed', ({ id }) => sealContext.carried('answer', id)),
  column('run', 'secret', ({ id }) => sealContext.run(id), { grows: true }),
  column('job_secret', 'sealed', ({ id }) => sealContext.request(id), ofJob),
  column('job_secret', 'callback_sealed', ({ id }) => sealContext.callback(id), ofJob),
  column('job_body', 'bytes', ({ id }) => sealContext.body(id), { ...ofJob, only: 'sealed' }),
  column('delivery_secret', 'sealed', deliveryContext, { key: 'delivery_id', grows: true }),
];

/** The secrets of a delivery are those of its job's callback, or the URL that alerts of its project are posted to. */
function deliveryContext({ job_id: jobId, project_id: projectId }: SealedRow): string | null {
  if (jobId !== null) return sealContext.callback(jobId);
  return projectId === null ? null : sealContext.alertReceiver(projectId);
}

/** SQL for the id of the key that sealed a value: it stands behind the version and its own length. */
export const sqlKeyId = (value: string) =>
  `encode(substring(${value} from 3 for get_byte(substring(${value} from 2 for 1), 0)), 'escape')`;

/** SQL condition: there is a sealed value. */
export const sqlIsSealed = (value: string) => `${value} is not null and octet_length(${value}) > 2`;
