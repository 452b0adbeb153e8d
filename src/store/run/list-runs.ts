import { type Asking, type Found, type Part, search } from '#src/store/search/search.ts';
import { oneOf } from '#src/store/search/status-part.ts';
import { type PageWanted, stretchOf } from '#src/store/search/stretch.ts';
import type { RunRow, RunState } from './run-rows.ts';

/** A filter of a project's runs. An empty list of states filters nothing. */
export type RunFilter = { projectId: string; states: readonly RunState[]; name: string | null; label: string | null };

/** A row of `run` for a list: without what the run was given and made, and without what proves a turn. */
export type RunLineRow = Pick<
  RunRow,
  | 'id'
  | 'url'
  | 'name'
  | 'state'
  | 'error'
  | 'labels'
  | 'idempotency_key'
  | 'turn'
  | 'wake_at'
  | 'created_at'
  | 'ended_at'
>;

const columns = `t.id, t.url, t.name, t.state, t.error, t.labels, t.idempotency_key, t.turn, t.wake_at, t.created_at, t.ended_at`;

/** Lists runs, newest first. It reads a bounded number of rows, and says how far it came. */
export function listRuns(db: Asking, filter: RunFilter, page: PageWanted): Promise<Found<RunLineRow>> {
  const table = { name: 'run', projectId: filter.projectId, columns } as const;
  const stretch = stretchOf({ from: null, to: null }, page);
  return search<RunLineRow>(db, { table, parts: runParts(filter), stretch, limit: page.limit });
}

function runParts({ states, name, label }: RunFilter): Part[] {
  const parts: Part[] = [];
  if (name !== null) parts.push(oneOf([name], (p, one) => `t.name = ${p(one)}`));
  if (states.length > 0) parts.push(statePart(states));
  if (label !== null) parts.push({ condition: (p) => `t.labels @> array[${p(label)}::text]` });
  return parts;
}

/** Nearly all runs are completed in the end, so that state has no index and needs none. */
function statePart(states: readonly RunState[]): Part {
  if (states.includes('completed')) return { condition: (p) => `t.state = any(${p(states)}::text[])` };
  return oneOf(states, (p, state) => `t.state = ${p(state)} and t.state <> 'completed'`);
}
