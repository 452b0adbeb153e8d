import type { Flow, FlowListInput, FlowPage, FlowSetInput } from '#src/contract/flow/flow.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readFlowConcurrency, readFlowKey, readFlowRate } from '#src/contract/submit/parse-flow.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Reads, Wakes } from '#src/engine/deps.ts';
import { cutPage } from '#src/engine/show/page-cut.ts';
import {
  type FlowRow,
  findFlow,
  listFlows,
  pauseFlow as pause,
  resumeFlow as resume,
  setFlow as set,
} from '#src/store/line/flow-rows.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';

/** Returns a page of the project's flows, by their keys. */
export async function flowPage(deps: Reads, projectId: string, input: FlowListInput): Promise<FlowPage> {
  const limit = input.limit ?? readLimits.pageSize.default;
  const { cursor = null, search = null, only = null } = input;
  const rows = await listFlows(deps.db, { projectId, afterKey: cursor, search, only, limit: limit + 1 });
  const { page, last } = cutPage(rows, limit);
  return { flows: page.map(toFlow), nextCursor: last?.key ?? null };
}

/** Returns a flow by its id or its key. Throws `not_found`. */
export async function getFlow(deps: Reads, projectId: string, idOrKey: string): Promise<Flow> {
  const row = await findFlow(deps.db, projectId, lineOf(projectId, idOrKey));
  if (!row) throw new Refusal('not_found', `there is no flow "${idOrKey}"`, 'id');
  return toFlow(row);
}

/** Pauses a flow, and returns it. Attempts under way go on. Throws `not_found`. */
export async function pauseFlow(deps: Reads, projectId: string, idOrKey: string): Promise<Flow> {
  await pause(deps.db, projectId, lineOf(projectId, idOrKey));
  return getFlow(deps, projectId, idOrKey);
}

/** Resumes a flow, and returns it. Throws `not_found`. */
export async function resumeFlow(deps: Reads & Wakes, projectId: string, idOrKey: string): Promise<Flow> {
  await resume(deps.db, projectId, lineOf(projectId, idOrKey));
  deps.notify('line');
  return getFlow(deps, projectId, idOrKey);
}

/**
 * Sets the limits of a flow from now on, and returns it. A key that is not known yet makes a new flow. Throws
 * `invalid_input`, and `not_found` for an unknown id.
 */
export async function setFlow(deps: Reads & Wakes, projectId: string, input: FlowSetInput): Promise<Flow> {
  const { id: idOrKey, concurrency, rate, fixed = true } = input;
  const id = lineOf(projectId, idOrKey);
  const known = await findFlow(deps.db, projectId, id);
  if (!known && parseId('flow', idOrKey) !== null)
    throw new Refusal('not_found', `there is no flow "${idOrKey}"`, 'id');
  const key = known?.key ?? readFlowKey(idOrKey, 'id');
  await set(
    deps.db,
    { id, projectId, key },
    {
      concurrency: concurrency === undefined ? undefined : readFlowConcurrency(concurrency, 'concurrency'),
      rate: rate === undefined ? undefined : readFlowRate(rate, 'rate'),
      fixed,
    },
  );
  deps.notify('line');
  return getFlow(deps, projectId, formatId('flow', id));
}

function lineOf(projectId: string, idOrKey: string): string {
  return parseId('flow', idOrKey) ?? lineIdOf({ projectId, kind: 'flow', key: idOrKey });
}

function toFlow(row: FlowRow): Flow {
  const { rate_limit: limit, rate_period_ms: periodMs } = row;
  return {
    id: formatId('flow', row.id),
    key: row.key,
    concurrency: row.concurrency,
    rate: limit === null || periodMs === null ? null : { limit, periodSeconds: periodMs / 1_000 },
    fixed: row.fixed,
    pausedAt: row.paused_at?.toISOString() ?? null,
    waiting: row.waiting,
    running: row.running,
    oldestAt: row.oldest_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
