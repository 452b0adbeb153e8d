import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import { ofDeliveryState } from '#src/store/db/conditions.ts';
import { namedEndpoint } from '#src/store/job/job-part-checks.ts';
import type { Asking, Condition, Part } from '#src/store/search/search.ts';
import { oneOf, operationPart, statusPart } from '#src/store/search/status-part.ts';
import { idsAround, jobsBehind } from '#src/store/search/stretch.ts';

/** A filter of a project's deliveries. An absent field is like null: it filters nothing. */
export type DeliveryFilter = {
  projectId: string;
  states: DeliveryState[];
  endpointId: string | null;
  /** Name that the endpoint has now. */
  endpointName?: string | null;
  jobId: string | null;
  type: string | null;
  from: Date | null;
  to: Date | null;
  endedFrom?: Date | null;
  endedTo?: Date | null;
  /** Times between which an attempt failed that counts as one: it was not interrupted, and our own network was up. */
  attemptFailedFrom?: Date | null;
  attemptFailedTo?: Date | null;
  /** Kind of failure. */
  failure?: string | null;
  /** Origin of URLs that jobs brought along. */
  origin?: string | null;
  /** Operation that sent the deliveries again. */
  operationId?: string | null;
  /** The delivery itself. */
  id?: string | null;
  eventId?: string | null;
  /** Owner of an attempt: a delivery, or the job that deliveries are about. */
  ownerId?: string | null;
  /** Range of the last answer's status, both ends included. */
  statusRange?: [number, number] | null;
  /** Error codes of which the delivery, or its last attempt while it goes on, has one. */
  errorCodes?: readonly string[] | null;
  /** Part of the URL or of the endpoint's name. */
  text?: string | null;
  /** Time before which the delivery must have ended. */
  endedBefore?: Date | null;
};

/** Lowest status that the index over statuses contains. */
const badStatus = 300;

/** Returns the conditions of a filter. Conditions that an index answers directly come first. */
export async function deliveryParts(db: Asking, filter: DeliveryFilter): Promise<Part[]> {
  const { id, eventId, ownerId, jobId, endpointId, endpointName, type, errorCodes, statusRange, failure } = filter;
  const parts: Part[] = [];
  if (id) parts.push(indexed((p) => `t.id = ${p(id)}`));
  if (eventId) parts.push(eventPart(eventId));
  if (ownerId) parts.push(ownerPart(ownerId));
  if (jobId) parts.push(jobPart(jobId));
  if (filter.operationId) parts.push(operationPart(filter.operationId));
  if (failure)
    parts.push(
      oneOf([failure], (p, print) => `t.failure = ${p(print)} and t.state = 'failed' and t.failure is not null`),
    );
  if (errorCodes) parts.push(oneOf(errorCodes, (p, code) => `t.error is not null and t.error->>'code' = ${p(code)}`));
  if (statusRange) {
    const index = { name: 'delivery', projectId: filter.projectId, from: badStatus } as const;
    parts.push(await statusPart(db, index, statusRange));
  }
  if (endpointId) parts.push(indexed((p) => `t.endpoint_id = ${p(endpointId)}`));
  if (endpointName) parts.push(indexed(namedEndpoint(filter.projectId, endpointName, 't.')));
  if (type) parts.push(typePart(type));
  if (filter.states.length > 0) parts.push(statePart(filter.states));
  return [...parts, ...checks(filter).map((condition): Part => ({ condition }))];
}

/**
 * Returns the part for the deliveries of an event. They have no index by it, because every change of a delivery would
 * have to write it. But the id of a job's event begins like the job's, and the deliveries of other events, and of events
 * from before that was so, have ids that were made together with the event's.
 */
function eventPart(eventId: string): Part {
  const { low, high } = idsAround(eventId);
  const { first, last } = jobsBehind(eventId);
  const near: Condition = (p) => `t.id >= ${p(low)} and t.id < ${p(high)}`;
  const ofJob: Condition = (p) => `t.job_id >= ${p(first)} and t.job_id <= ${p(last)}`;
  const condition: Condition = (p) => `t.event_id = ${p(eventId)}`;
  const arms = [
    near,
    ...kindsOfEvents.map(
      (kind): Condition =>
        (p) =>
          `${ofJob(p)} and ${kind} and not (${near(p)})`,
    ),
  ].map(
    (arm): Condition =>
      (p) =>
        `${condition(p)} and ${arm(p)}`,
  );
  return { condition, arms };
}

function ownerPart(ownerId: string): Part {
  const arms: Condition[] = [(p) => `t.id = ${p(ownerId)}`, ...jobArms(ownerId)];
  return { arms, condition: (p) => `(t.id = ${p(ownerId)} or t.job_id = ${p(ownerId)})` };
}

function jobPart(jobId: string): Part {
  return { arms: jobArms(jobId), condition: (p) => `t.job_id = ${p(jobId)}` };
}

/** Two partial indexes cover a job's deliveries: one for terminal events, one for the others. */
const kindsOfEvents = ['t.terminal', 'not t.terminal'];

function jobArms(jobId: string): Condition[] {
  return kindsOfEvents.map((kind) => (p) => `t.job_id = ${p(jobId)} and ${kind}`);
}

/** Nearly all deliveries have the type job.completed, so it has no index and needs none. */
function typePart(type: string): Part {
  const condition: Condition = (p) => `t.type = ${p(type)}`;
  return type === 'job.completed' ? { condition } : indexed((p) => `${condition(p)} and t.type <> 'job.completed'`);
}

function statePart(states: DeliveryState[]): Part {
  const condition: Condition = (p) => `t.state = any(${p(states)}::text[])`;
  const arms = states.map(
    (state): Condition =>
      (p) =>
        ofDeliveryState(p, state),
  );
  return states.includes('delivered') ? { condition } : { condition, arms };
}

/** Returns the conditions that are checked row by row. */
function checks(filter: DeliveryFilter): Condition[] {
  const { projectId, from, to, text, endedBefore, endedFrom, endedTo, origin } = filter;
  const conditions: Condition[] = [];
  if (from) conditions.push((p) => `t.created_at >= ${p(from)}`);
  if (to) conditions.push((p) => `t.created_at < ${p(to)}`);
  if (endedFrom) conditions.push((p) => `t.ended_at >= ${p(endedFrom)}`);
  if (endedTo) conditions.push((p) => `t.ended_at < ${p(endedTo)}`);
  conditions.push(...attemptFailed(filter));
  if (origin) conditions.push((p) => `t.endpoint_id is null and starts_with(t.url, ${p(`${origin}/`)})`);
  if (endedBefore) conditions.push((p) => `t.ended_at < ${p(endedBefore)}`);
  if (text) {
    const part = text.toLowerCase();
    conditions.push(
      (p) => `strpos(lower(t.url), ${p(part)}) > 0 or t.endpoint_id in (select e.id from endpoint e
        where e.project_id = ${p(projectId)} and e.deleted_at is null and strpos(lower(e.name), ${p(part)}) > 0)`,
    );
  }
  return conditions;
}

/** The look into the attempts is a value and no `exists`, which PostgreSQL would turn into a table of all that passes. */
function attemptFailed({ attemptFailedFrom: from, attemptFailedTo: to }: DeliveryFilter): Condition[] {
  if (!from && !to) return [];
  return [
    (p) => {
      const within = [from ? ` and a.ended_at >= ${p(from)}` : '', to ? ` and a.ended_at < ${p(to)}` : ''].join('');
      return `(select true from attempt a where a.owner_id = t.id${within} and a.outcome <> 'interrupted'
        and coalesce(a.decision->>'rule', 'accept') not in ('accept', 'egress') limit 1) is true`;
    },
  ];
}

function indexed(condition: Condition): Part {
  return { condition, arms: [condition] };
}
