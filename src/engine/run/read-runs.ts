import { type RunDetail, type RunListInput, type RunPage, runStates } from '#src/contract/run/run-view.ts';
import type { Reads } from '#src/engine/deps.ts';
import { searchPage } from '#src/engine/read/search-page.ts';
import { noSuch, runUuid } from '#src/engine/show/known-id.ts';
import { listRuns } from '#src/store/run/list-runs.ts';
import { findRunJobs } from '#src/store/run/run-job-rows.ts';
import { findRunParts } from '#src/store/run/run-part-rows.ts';
import { findRun } from '#src/store/run/run-rows.ts';
import { tallyRuns } from '#src/store/run/run-tally-rows.ts';
import { toRunDetail, toRunLine } from './to-run.ts';

/** Returns a run with its steps and turns. Throws `not_found`. */
export async function getRun({ db }: Reads, projectId: string, id: string): Promise<RunDetail> {
  const uuid = runUuid(id);
  const row = await findRun(db, projectId, uuid);
  if (!row) throw noSuch('run', id);
  return toRunDetail(row, await findRunParts(db, uuid), await findRunJobs(db, uuid));
}

/** Returns a page of the project's runs, newest first. Throws `invalid_input` for a bad cursor. */
export async function runPage({ db }: Reads, projectId: string, input: RunListInput): Promise<RunPage> {
  const asked = input.state === undefined ? [] : [...new Set([input.state].flat())];
  // A filter by all states finds the same runs as no filter by state, but slower.
  const states = asked.length === runStates.length ? [] : asked;
  const { name = null, label = null } = input;
  const filter = { projectId, states, name, label };
  const { rows, cursors } = await searchPage('run', input, (wanted) => listRuns(db, filter, wanted));
  const tallies = await tallyRuns(
    db,
    rows.map(({ id }) => id),
  );
  const byRun = new Map(tallies.map((tally) => [tally.run_id, tally]));
  const { nextCursor, searchedTo } = cursors;
  return { runs: rows.map((row) => toRunLine(row, byRun.get(row.id))), nextCursor, searchedTo };
}
