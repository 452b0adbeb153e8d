import type { JsonValue } from '#src/domain/policy/policy.ts';
import type { Db } from '#src/store/db/database.ts';

/** Fields whose values are known by their names. */
export type KnownField =
  | 'host'
  | 'label'
  | 'status'
  | 'method'
  | 'flow'
  | 'upstream'
  | 'endpoint'
  | 'model'
  | 'apiKey'
  | 'failure'
  | 'deliveryStatus'
  | 'deliveryFailure'
  | 'deliveryOrigin';

/** Newest jobs or deliveries that are looked at, and those of which more must be read than their row. */
const newest = 2_000;
const newestRead = 500;
/** Distinct values that are passed along an index. */
const hops = 100;

/** Values of the newest jobs or deliveries, with the place of the first that has it. */
type Source = { seen?: string; along?: { table: string; column: string; of: string } };

const newestOf = (table: 'job' | 'delivery', columns: string, { limit = newest, more = '' } = {}) =>
  `(select t.*, row_number() over (order by t.id desc) as place from (
     select t.id, ${columns} from ${table} t where t.project_id = $1${more} order by t.id desc limit ${limit}) t) t`;
const jobs = (columns: string, limit = newest) => newestOf('job', columns, { limit });
const deliveries = (columns: string) => newestOf('delivery', columns);
/** Those that failed stand in the index over states. */
const failed = (table: 'job' | 'delivery') =>
  newestOf(table, 't.failure', { limit: newestRead, more: ` and t.state = 'failed'` });
const firstOf = (value: string, from: string) =>
  `select ${value} as value, min(t.place) as place from ${from} group by 1`;
/** Looks up a name once for each id. */
const named = (column: string, name: string) =>
  `select (${name}) as value, n.place from (select t.${column} as id, min(t.place) as place from ${jobs(`t.${column}`)}
     where t.${column} is not null group by 1) n`;

const sources: Readonly<Record<KnownField, Source>> = {
  host: {
    seen: firstOf('t.host', jobs('t.host')),
    along: { table: 'job', column: 'host', of: 't.project_id = $1' },
  },
  label: { seen: firstOf('unnest(t.labels)', jobs('t.labels')) },
  status: { seen: firstOf('t.status::text', jobs('t.status')) },
  method: { seen: firstOf('t.method', jobs('t.method')) },
  flow: {
    seen: named('flow_id', 'select l.key from line l where l.id = n.id'),
    along: { table: 'line', column: 'key', of: `t.project_id = $1 and t.kind = 'flow'` },
  },
  upstream: {
    seen: `select u.name as value, row_number() over (order by u.id desc) as place from upstream u where u.project_id = $1`,
  },
  endpoint: {
    seen: `select e.name as value, row_number() over (order by e.id desc) as place from endpoint e where e.project_id = $1 and e.deleted_at is null`,
  },
  model: {
    seen: firstOf(
      `(select c.model from model_call c where c.job_id = t.id and t.gateway is not null)`,
      jobs('t.gateway', newestRead),
    ),
    along: { table: 'model_call', column: 'model', of: 't.project_id = $1' },
  },
  apiKey: { seen: named('api_key_id', 'select k.name from api_key k where k.id = n.id') },
  failure: { seen: firstOf('t.failure', failed('job')) },
  deliveryStatus: { seen: firstOf('t.status::text', deliveries('t.status')) },
  deliveryFailure: { seen: firstOf('t.failure', failed('delivery')) },
  deliveryOrigin: {
    seen: firstOf(
      `substring(t.url from '^https?://[^/?#]+')`,
      deliveries('case when t.endpoint_id is null then t.url end as url'),
    ),
  },
};

/**
 * Returns values of a field that contain a text, those of the newest jobs first. Those that begin with the text are also
 * looked for along an index, from value to value, where there is one. What is read does not depend on how many jobs there are.
 */
export async function findKnownValues(
  db: Db,
  field: KnownField,
  { projectId, text, limit }: { projectId: string; text: string; limit: number },
): Promise<string[]> {
  const { seen, along } = sources[field];
  const found = [...(seen ? [seen] : []), ...(along ? [`select value, ${newest} + n from hop`] : [])];
  const rows = await db.run<{ value: string }>(
    `known_values_${field}`,
    `with recursive ${along ? hopSql(along) : ''} found(value, place) as (${found.join(' union all ')})
     select value from found where value <> '' and strpos(lower(value), lower($2::text)) > 0
     group by value order by min(place), value limit $3`,
    [projectId, text, limit],
  );
  return rows.map((row) => row.value);
}

function hopSql({ table, column, of }: NonNullable<Source['along']>): string {
  const order = `order by ${table === 'line' ? 't.project_id, t.kind' : 't.project_id'}, t.${column} limit 1`;
  const next = (above: string) => `(select t.${column} from ${table} t where ${of} and t.${column} ${above} ${order})`;
  return `hop(value, n) as (select ${next('>= $2::text')}, 1
    union all select ${next('> hop.value')}, n + 1 from hop where hop.value is not null and n < ${hops}),`;
}

/** Returns the metadata of the newest jobs that have some. */
export async function findNewestMetadata(db: Db, projectId: string): Promise<JsonValue[]> {
  const rows = await db.run<{ metadata: JsonValue }>(
    'find_newest_metadata',
    `select q.metadata from (select t.id from job t where t.project_id = $1 order by t.id desc limit ${newestRead}) t
     cross join lateral (select q.metadata from job_request q where q.job_id = t.id offset 0) q where q.metadata is not null`,
    [projectId],
  );
  return rows.map((row) => row.metadata);
}

/** Returns the texts at a path of the metadata that contain a text, those of the newest jobs first. */
export async function findMetadataValues(
  db: Db,
  path: readonly string[],
  { projectId, text, limit }: { projectId: string; text: string; limit: number },
): Promise<string[]> {
  const rows = await db.run<{ value: string }>(
    'find_metadata_values',
    `select value from (
       select (select q.metadata #>> $4::text[] from job_request q where q.job_id = t.id) as value, t.place from ${jobs('t.host', newestRead)}) t
     where value is not null and strpos(lower(value), lower($2::text)) > 0 and length(value) <= 200
     group by value order by min(place), value limit $3`,
    [projectId, text, limit, path],
  );
  return rows.map((row) => row.value);
}
