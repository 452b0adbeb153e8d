import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { MetadataMatch } from '#src/domain/text/metadata-path.ts';
import type { Condition } from '#src/store/search/search.ts';

/** Bounds, both included; null: none. */
export type Bounds = { min: number | null; max: number | null };

/** Filters on what hangs on a job, and on its numbers. */
export type PartFilter = {
  /** Name of the API key that submitted the jobs. */
  apiKeyName: string | null;
  /** States of which a delivery of the job has one. `none`: jobs without any delivery pass too. */
  callback: { states: DeliveryState[]; none: boolean } | null;
  /** Endpoint that the delivery goes to; its name is the one that it has now. */
  endpointId: string | null;
  endpointName: string | null;
  /** The least and the most attempts. */
  attempts: Bounds | null;
  /** The shortest and the longest time from the first attempt to the end, in milliseconds. */
  durationMs: Bounds | null;
  /** Values that the metadata must have. */
  metadata: MetadataMatch[] | null;
};

type Checked = PartFilter & { projectId: string };

/**
 * Returns the conditions on what hangs on a job, and on its numbers. They are checked row by row. Each look into another
 * table is a value and no `exists`, which PostgreSQL would turn into a table of all that passes.
 */
export function partChecks(filter: Checked): Condition[] {
  const { projectId, apiKeyName, attempts, durationMs, metadata } = filter;
  const conditions: Condition[] = [];
  if (apiKeyName)
    conditions.push(
      (p) =>
        `t.api_key_id = any(array(select k.id from api_key k where k.project_id = ${p(projectId)} and k.name = ${p(apiKeyName)}))`,
    );
  if (attempts) conditions.push(within('t.attempt_count', attempts));
  if (durationMs) conditions.push(within('extract(epoch from t.ended_at - t.started_at) * 1000', durationMs));
  const callback = callbackCheck(filter);
  if (callback) conditions.push(callback);
  for (const { path, value } of metadata ?? [])
    conditions.push(
      (p) => `(select q.metadata #>> ${p(path)}::text[] from job_request q where q.job_id = t.id) = ${p(value)}`,
    );
  return conditions;
}

function within(value: string, { min, max }: Bounds): Condition {
  return (p) =>
    [min === null ? [] : `${value} >= ${p(min)}`, max === null ? [] : `${value} <= ${p(max)}`].flat().join(' and ');
}

/** Two partial indexes cover a job's deliveries: one for terminal events, one for the others. */
const kinds = ['d.terminal', 'not d.terminal'];

/** Filters of the deliveries of a job. */
export type CallbackFilter = Pick<PartFilter, 'callback' | 'endpointId' | 'endpointName'> & { projectId: string };

/** Returns the condition that a delivery `d` goes to the endpoint; null: it may go anywhere. */
export function toEndpoint({ projectId, endpointId, endpointName }: CallbackFilter): Condition | null {
  if (endpointId) return (p) => `d.endpoint_id = ${p(endpointId)}`;
  return endpointName ? namedEndpoint(projectId, endpointName, 'd.') : null;
}

/** Returns the condition that a delivery goes to the endpoint that has a name now. `of` is the delivery's alias with its dot. */
export function namedEndpoint(projectId: string, name: string, of: string): Condition {
  return (p) =>
    `${of}endpoint_id = (select e.id from endpoint e
      where e.project_id = ${p(projectId)} and e.name = ${p(name)} and e.deleted_at is null)`;
}

/** Returns the condition that a job has a delivery like this, or none; null: anything passes. */
function callbackCheck(filter: CallbackFilter): Condition | null {
  const to = toEndpoint(filter);
  if (filter.callback === null && to === null) return null;
  const { states, none } = filter.callback ?? { states: [], none: false };
  const isAny = states.length === 0 && !none;
  return (p) => {
    const sent = (kind: string, more: string) =>
      `(select true from delivery d where d.job_id = t.id and ${kind}${to ? ` and ${to(p)}` : ''}${more} limit 1)`;
    const isIn = () => (isAny ? '' : ` and d.state = any(${p(states)}::text[])`);
    const some = states.length > 0 || isAny ? kinds.map((kind) => `${sent(kind, isIn())} is true`) : [];
    return [...some, ...(none ? [kinds.map((kind) => `${sent(kind, '')} is null`).join(' and ')] : [])].join(' or ');
  };
}
