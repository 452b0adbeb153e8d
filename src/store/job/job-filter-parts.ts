import type { JobState } from '#src/domain/decide/job-state.ts';
import { inStateIndex, jobRuns } from '#src/store/db/conditions.ts';
import type { Asking, Condition, Part } from '#src/store/search/search.ts';
import { oneOf, operationPart, statusPart } from '#src/store/search/status-part.ts';
import { type PartFilter, partChecks } from './job-part-checks.ts';
import { jobState } from './job-row.ts';

export type JobFilter = PartFilter & {
  projectId: string;
  id: string | null;
  states: JobState[];
  label: string | null;
  host: string | null;
  notHost: string | null;
  /** Range of the last response's status, both ends included. */
  statusRange: [number, number] | null;
  /** Error codes of which the job, or its last attempt while it goes on, has one. */
  errorCodes: string[] | null;
  method: string | null;
  apiKeyId: string | null;
  rerunOf: string | null;
  /** Operation that made or cancelled the jobs. */
  operationId: string | null;
  flowId: string | null;
  upstreamId: string | null;
  /** Name that the upstream of the jobs has now. */
  upstreamName: string | null;
  /** Model that a gateway's call names. */
  model: string | null;
  from: Date | null;
  to: Date | null;
  endedFrom: Date | null;
  endedTo: Date | null;
  /** Kind of failure. */
  failure: string | null;
  /** Part of the URL or of a label. */
  text: string | null;
  /** Time before which the job must have ended. */
  endedBefore: Date | null;
};

/** A filter that every job of the project passes. */
export const noJobFilter: Omit<JobFilter, 'projectId'> = {
  ...{
    id: null,
    states: [],
    label: null,
    host: null,
    notHost: null,
    statusRange: null,
    errorCodes: null,
    method: null,
  },
  ...{
    apiKeyId: null,
    rerunOf: null,
    operationId: null,
    flowId: null,
    from: null,
    to: null,
    text: null,
    endedBefore: null,
  },
  ...{
    apiKeyName: null,
    callback: null,
    endpointId: null,
    endpointName: null,
    attempts: null,
    durationMs: null,
    metadata: null,
  },
  ...{ upstreamId: null, upstreamName: null, model: null, endedFrom: null, endedTo: null, failure: null },
};

/** Lowest status that the index over statuses contains. */
const badStatus = 400;

/** Returns the conditions of a filter. Conditions that an index answers directly come first. */
export async function jobParts(db: Asking, filter: JobFilter): Promise<Part[]> {
  const { rerunOf, flowId, errorCodes, host, states, failure } = filter;
  const parts: Part[] = [];
  if (filter.id) parts.push(oneOf([filter.id], (p, id) => `t.id = ${p(id)}`));
  if (rerunOf) parts.push(oneOf([rerunOf], (p, id) => `t.rerun_of = ${p(id)}`));
  if (filter.operationId) parts.push(operationPart(filter.operationId));
  if (flowId) parts.push(oneOf([flowId], (p, id) => `t.flow_id = ${p(id)}`));
  if (failure)
    parts.push(
      oneOf([failure], (p, print) => `t.failure = ${p(print)} and t.state = 'failed' and t.failure is not null`),
    );
  parts.push(...upstreamParts(filter));
  if (errorCodes) parts.push(oneOf(errorCodes, (p, code) => `t.error is not null and t.error->>'code' = ${p(code)}`));
  const statuses = { name: 'job', projectId: filter.projectId, from: badStatus } as const;
  if (filter.statusRange) parts.push(await statusPart(db, statuses, filter.statusRange));
  if (host) parts.push(oneOf([host], (p, name) => `t.host = ${p(name)}`));
  if (states.length > 0) parts.push(oneOf(storedStates(states), ofState));
  return [...parts, ...checks(filter).map((condition): Part => ({ condition }))];
}

function upstreamParts({ projectId, upstreamId, upstreamName }: JobFilter): Part[] {
  if (upstreamId) return [oneOf([upstreamId], (p, id) => `t.upstream_id = ${p(id)}`)];
  if (!upstreamName) return [];
  const named = (p: (value: unknown) => string, name: string) =>
    `t.upstream_id = (select u.id from upstream u where u.project_id = ${p(projectId)} and u.name = ${p(name)})`;
  return [oneOf([upstreamName], named)];
}

const shownState = jobState.replaceAll('j.', 't.');

/**
 * Returns the stored states for the wanted states. A job that is stored as scheduled and is due counts as queued, in
 * answers and in filters.
 */
function storedStates(asked: JobState[]): JobState[] {
  return asked.includes('queued') ? [...new Set<JobState>([...asked, 'scheduled'])] : asked;
}

/** Returns the condition of a state in the words of the index that answers it. */
export function ofState(p: (value: unknown) => string, state: JobState): string {
  return state === 'in_progress' ? jobRuns('t.') : `t.state = ${p(state)} and ${inStateIndex('t.')}`;
}

/** Returns the conditions that are checked row by row. */
function checks(filter: JobFilter): Condition[] {
  const { states, label, notHost, method, apiKeyId, model, from, to, text, endedBefore, endedFrom, endedTo } = filter;
  const conditions: Condition[] = [];
  if (states.includes('queued') !== states.includes('scheduled'))
    conditions.push((p) => `${shownState} = any(${p(states)})`);
  if (label) conditions.push((p) => `t.labels @> array[${p(label)}::text]`);
  if (notHost) conditions.push((p) => `t.host <> ${p(notHost)}`);
  if (method) conditions.push((p) => `t.method = ${p(method)}`);
  if (apiKeyId) conditions.push((p) => `t.api_key_id = ${p(apiKeyId)}`);
  // A value and no `exists`, which PostgreSQL would turn into a table of all calls of the model.
  if (model)
    conditions.push(
      (p) => `t.gateway is not null and (select c.model from model_call c where c.job_id = t.id) = ${p(model)}`,
    );
  if (from) conditions.push((p) => `t.created_at >= ${p(from)}`);
  if (to) conditions.push((p) => `t.created_at < ${p(to)}`);
  if (endedFrom) conditions.push((p) => `t.ended_at >= ${p(endedFrom)}`);
  if (endedTo) conditions.push((p) => `t.ended_at < ${p(endedTo)}`);
  if (endedBefore) conditions.push((p) => `t.ended_at < ${p(endedBefore)}`);
  conditions.push(...partChecks(filter));
  if (text) {
    const part = text.toLowerCase();
    conditions.push(
      (p) =>
        `strpos(lower(t.url), ${p(part)}) > 0 or t.labels <> '{}' and strpos(lower(array_to_string(t.labels, chr(10))), ${p(part)}) > 0`,
    );
  }
  return conditions;
}
